/** What becomes of a record's timestamp, which a lane topic replaces by its own. */
package io.sidetrack.router.timestamp;
