package io.sidetrack.bench.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Reads the statements of a request, one after the other. */
final class Statements {
    private static final byte[] STATEMENT = "\"Statement\":\"".getBytes(US_ASCII);
    private static final byte[] PARAMETERS = "\",\"Parameters\":[".getBytes(US_ASCII);
    /** The beginning of a key among the parameters; the number follows. */
    private static final byte[] KEY = "{\"S\":\"k-".getBytes(US_ASCII);
    /** Part of the condition that the item is older. */
    private static final byte[] OLDER = "<?".getBytes(US_ASCII);

    private final Request request;
    private int at;
    private Kind kind = Kind.INSERT;
    private int number;

    enum Kind {
        INSERT,
        /** An UPDATE of an older item of the same shape. */
        UPDATE,
        /** An UPDATE of an item that has been seen. */
        REPLACE
    }

    Statements(Request request) {
        this.request = request;
        this.at = request.bodyAt();
    }

    /** Moves to the next statement; false if there is none. */
    boolean next() {
        byte[] bytes = request.bytes();
        int start = Bytes.find(bytes, at, request.end(), STATEMENT);
        if (start < 0) {
            return false;
        }
        int text = start + STATEMENT.length;
        int parameters = Bytes.find(bytes, text, request.end(), PARAMETERS);
        if (bytes[text] == 'I') {
            kind = Kind.INSERT;
        } else {
            kind = Bytes.find(bytes, text, parameters, OLDER) < 0 ? Kind.REPLACE : Kind.UPDATE;
        }
        int key = Bytes.find(bytes, parameters, request.end(), KEY) + KEY.length;
        number = Puts.number(bytes, key);
        at = key;
        return true;
    }

    Kind kind() {
        return kind;
    }

    /** The number of the statement's key. */
    int number() {
        return number;
    }
}
