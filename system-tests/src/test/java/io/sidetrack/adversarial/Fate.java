package io.sidetrack.adversarial;

/** Where a hostile record may end. Nothing may end nowhere. */
enum Fate {
    /** Its item, or the marker of its delete, is in the table. */
    TABLE,
    /** It is in a dead-letter topic, with a reason. */
    DEAD_LETTER,
    /** Either of these: nothing promises more. */
    TABLE_OR_DEAD_LETTER,
    /** It writes a neighbour's key with an older value, and so leaves no trace; or it is in a dead-letter topic. */
    SUPERSEDED_OR_DEAD_LETTER,
    /** It is on a lane, on whichever: what is written there is not looked at. */
    ANY_LANE
}
