package io.sidetrack.writer.item;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.writer.model.ItemKey;
import io.sidetrack.writer.model.KeyAttribute;
import io.sidetrack.writer.model.KeyType;
import io.sidetrack.writer.model.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The quick way from a record's JSON to an item's, for what most records are: an object with texts that need no escapes
 * and numbers of few digits. It copies bytes to bytes. Whatever is not plain, wrong or right, it leaves to
 * {@link StrictItemEncoder}, which alone decides what is refused and why; what it does take it turns into the very same bytes (a
 * test compares the two).
 *
 * <p>Lives for one record and one thread.
 */
final class FastItemEncoder {
    private static final byte[] TEXT = "{\"S\":\"".getBytes(US_ASCII);
    private static final byte[] NUMBER = "{\"N\":\"".getBytes(US_ASCII);
    private static final byte[] END_OF_TEXT = "\"}".getBytes(US_ASCII);
    private static final byte[] TRUE = "{\"BOOL\":true}".getBytes(US_ASCII);
    private static final byte[] FALSE = "{\"BOOL\":false}".getBytes(US_ASCII);
    private static final byte[] NULL = "{\"NULL\":true}".getBytes(US_ASCII);
    private static final byte[] MAP = "{\"M\":".getBytes(US_ASCII);
    private static final byte[] LIST = "{\"L\":[".getBytes(US_ASCII);
    private static final byte[] END_OF_LIST = "]}".getBytes(US_ASCII);
    private static final byte[] TRUE_TEXT = "true".getBytes(US_ASCII);
    private static final byte[] FALSE_TEXT = "false".getBytes(US_ASCII);
    private static final byte[] NULL_TEXT = "null".getBytes(US_ASCII);

    /** Names are compared with all before them; with more than this that would take longer than the strict way. */
    private static final int MAX_FIELDS = 48;

    private static final int MAX_DEPTH = 16;

    private final byte[] in;
    private final TableSchema schema;
    private final Names names;
    private int at;
    private byte[] out;
    private int length;
    private long bytes;
    private KeyValue partition;
    private KeyValue sort;

    /** Leaves a record to the strict way. It says nothing, and has no stack trace, because it is not rare for some lanes. */
    private static final class NotPlainException extends Exception {
        private static final long serialVersionUID = 1;

        private NotPlainException() {
            super("not plain", null, false, false);
        }
    }

    /**
     * The names of attributes that are not as others in UTF-8, made once for all records.
     *
     * @param sort empty if there is none, which no name is
     * @param reserved attributes that are left out; an item that has one is not plain
     */
    record Names(byte[] partition, byte[] sort, List<byte[]> reserved) {
        static Names of(TableSchema schema, Set<String> reserved) {
            return new Names(
                    schema.partitionKey().name().getBytes(UTF_8),
                    schema.sortKey().map(sort -> sort.name().getBytes(UTF_8)).orElse(new byte[0]),
                    reserved.stream().map(name -> name.getBytes(UTF_8)).toList());
        }

        boolean isReserved(byte[] in, int start, int end) {
            for (byte[] name : reserved) {
                if (Arrays.equals(in, start, end, name, 0, name.length)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** @param in valid UTF-8 */
    FastItemEncoder(byte[] in, TableSchema schema, Names names) {
        this.in = in;
        this.schema = schema;
        this.names = names;
        this.out = new byte[in.length * 2 + 32];
    }

    /** Copies the whole object. @return whether it is plain, and has the key; if not, all else here means nothing */
    boolean copy() {
        try {
            if (skipSpace() != '{') {
                return false;
            }
            object(0);
            skipSpace();
            // Not the byte: those of a character beyond ASCII are negative too.
            return at == in.length
                    && partition != null
                    && (sort != null || schema.sortKey().isEmpty());
        } catch (NotPlainException | RejectedException e) {
            return false;
        }
    }

    ItemKey key() {
        return new ItemKey(partition.canonical(), sort == null ? "" : sort.canonical());
    }

    byte[] json() {
        return Arrays.copyOf(out, length);
    }

    /** The item's size as DynamoDB counts it. */
    long bytes() {
        return bytes;
    }

    /**
     * Moves to the next byte that is not white space. Only the position tells whether this is the end: a byte of 0x80 or
     * above is negative, like the -1 that stands for no byte.
     *
     * @return that byte, or -1 at the end
     */
    private int skipSpace() {
        while (at < in.length) {
            byte b = in[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b;
            }
            at++;
        }
        return -1;
    }

    private void object(int depth) throws NotPlainException, RejectedException {
        if (depth > MAX_DEPTH) {
            throw new NotPlainException();
        }
        at++;
        append((byte) '{');
        int[] spans = new int[2 * MAX_FIELDS];
        int fields = 0;
        int next = skipSpace();
        while (next != '}') {
            if (fields == MAX_FIELDS) {
                throw new NotPlainException();
            }
            if (fields > 0) {
                append((byte) ',');
            }
            int start = name(spans, fields);
            int end = spans[2 * fields + 1];
            fields++;
            append((byte) '"');
            append(in, start, end);
            append((byte) '"');
            append((byte) ':');
            bytes += end - start + (depth == 0 ? 0 : StrictItemEncoder.ELEMENT_BYTES);
            require(':');
            field(depth, start, end);
            next = skipSpace();
            if (next == ',') {
                at++;
                next = skipSpace();
                if (next == '}') {
                    throw new NotPlainException();
                }
            } else if (next != '}') {
                throw new NotPlainException();
            }
        }
        at++;
        append((byte) '}');
    }

    /** Takes a name, and notes where it stands. @return where it begins */
    private int name(int[] spans, int fields) throws NotPlainException {
        int start = at + 1;
        int end = text();
        if (end == start || end - start > StrictItemEncoder.MAX_NAME_BYTES) {
            throw new NotPlainException();
        }
        for (int i = 0; i < fields; i++) {
            if (Arrays.equals(in, spans[2 * i], spans[2 * i + 1], in, start, end)) {
                throw new NotPlainException();
            }
        }
        spans[2 * fields] = start;
        spans[2 * fields + 1] = end;
        return start;
    }

    private void field(int depth, int nameStart, int nameEnd) throws NotPlainException, RejectedException {
        if (depth > 0) {
            value(depth);
        } else if (Arrays.equals(in, nameStart, nameEnd, names.partition, 0, names.partition.length)) {
            partition = keyValue(schema.partitionKey());
        } else if (Arrays.equals(in, nameStart, nameEnd, names.sort, 0, names.sort.length)) {
            sort = keyValue(schema.sortKey().orElseThrow());
        } else if (names.isReserved(in, nameStart, nameEnd)) {
            throw new NotPlainException();
        } else {
            value(depth);
        }
    }

    private KeyValue keyValue(KeyAttribute attribute) throws NotPlainException, RejectedException {
        int first = skipSpace();
        int start = at;
        KeyValue key;
        if (attribute.type() == KeyType.S && first == '"') {
            int end = text();
            key = KeyValue.text(attribute, new String(in, start + 1, end - start - 1, UTF_8));
            append(TEXT);
            append(in, start + 1, end);
        } else if (attribute.type() == KeyType.N && (first == '-' || isDigit(first))) {
            var unused = digits();
            key = KeyValue.number(attribute, new String(in, start, at - start, US_ASCII));
            append(NUMBER);
            append(in, start, at);
        } else {
            throw new NotPlainException();
        }
        append(END_OF_TEXT);
        bytes += key.bytes();
        return key;
    }

    private void value(int depth) throws NotPlainException, RejectedException {
        int first = skipSpace();
        int start = at;
        switch (first) {
            case '"' -> {
                int end = text();
                append(TEXT);
                append(in, start + 1, end);
                append(END_OF_TEXT);
                bytes += end - start - 1;
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                int significant = digits();
                append(NUMBER);
                append(in, start, at);
                append(END_OF_TEXT);
                bytes += NumberText.bytes(significant);
            }
            case 't' -> literal(TRUE_TEXT, TRUE);
            case 'f' -> literal(FALSE_TEXT, FALSE);
            case 'n' -> literal(NULL_TEXT, NULL);
            case '{' -> {
                bytes += StrictItemEncoder.CONTAINER_BYTES;
                append(MAP);
                object(depth + 1);
                append((byte) '}');
            }
            case '[' -> list(depth + 1);
            default -> throw new NotPlainException();
        }
    }

    private void list(int depth) throws NotPlainException, RejectedException {
        if (depth > MAX_DEPTH) {
            throw new NotPlainException();
        }
        at++;
        bytes += StrictItemEncoder.CONTAINER_BYTES;
        append(LIST);
        if (skipSpace() == ']') {
            at++;
        } else {
            while (true) {
                bytes += StrictItemEncoder.ELEMENT_BYTES;
                value(depth);
                int next = skipSpace();
                at++;
                if (next == ']') {
                    break;
                }
                if (next != ',') {
                    throw new NotPlainException();
                }
                append((byte) ',');
            }
        }
        append(END_OF_LIST);
    }

    /** Takes a text without escapes. @return where its closing quote stands */
    private int text() throws NotPlainException {
        require('"');
        while (at < in.length) {
            byte b = in[at];
            if (b == '"') {
                return at++;
            }
            if (b == '\\' || (b >= 0 && b < ' ')) {
                throw new NotPlainException();
            }
            at++;
        }
        throw new NotPlainException();
    }

    /** Takes a number. @return its significant digits, counted as {@link NumberText} does */
    private int digits() throws NotPlainException {
        int start = at;
        if (in[at] == '-') {
            at++;
        }
        int whole = run();
        if (whole == 0 || (whole > 1 && in[at - whole] == '0')) {
            throw new NotPlainException();
        }
        boolean isWhole = at == in.length || in[at] != '.';
        if (!isWhole) {
            at++;
            if (run() == 0) {
                throw new NotPlainException();
            }
        }
        if (at - start > NumberText.SHORT || (at < in.length && (in[at] == 'e' || in[at] == 'E'))) {
            throw new NotPlainException();
        }
        return isWhole ? at - start : significant(start);
    }

    private int run() {
        int start = at;
        while (at < in.length && isDigit(in[at])) {
            at++;
        }
        return at - start;
    }

    /** The digits between the first and the last that is not zero. */
    private int significant(int start) {
        int count = 0;
        int upToLast = 0;
        for (int i = start; i < at; i++) {
            if (isDigit(in[i]) && (in[i] != '0' || count > 0)) {
                count++;
                if (in[i] != '0') {
                    upToLast = count;
                }
            }
        }
        return Math.max(1, upToLast);
    }

    private static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    private void literal(byte[] text, byte[] item) throws NotPlainException {
        if (at + text.length > in.length || !Arrays.equals(in, at, at + text.length, text, 0, text.length)) {
            throw new NotPlainException();
        }
        at += text.length;
        append(item);
        bytes++;
    }

    private void require(char expected) throws NotPlainException {
        if (skipSpace() != expected) {
            throw new NotPlainException();
        }
        at++;
    }

    private void append(byte b) {
        room(1);
        out[length++] = b;
    }

    private void append(byte[] some) {
        append(some, 0, some.length);
    }

    private void append(byte[] from, int start, int end) {
        room(end - start);
        System.arraycopy(from, start, out, length, end - start);
        length += end - start;
    }

    private void room(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(length + more, out.length * 2));
        }
    }
}
