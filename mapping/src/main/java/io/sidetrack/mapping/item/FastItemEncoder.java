package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Encodes a plain JSON object as an item by copying bytes. Most records contain plain objects: strings without escapes,
 * and numbers with few digits. Everything else, valid or not, is left to {@link StrictItemEncoder}, which alone
 * decides what is rejected and why. For a plain object, both encoders produce the same bytes (a test compares them).
 *
 * <p>Used for one record, by one thread.
 */
final class FastItemEncoder {
    private static final byte[] TRUE = "true".getBytes(US_ASCII);
    private static final byte[] FALSE = "false".getBytes(US_ASCII);
    private static final byte[] NULL = "null".getBytes(US_ASCII);

    /** Each name is compared with all names before it; with more fields than this, the strict encoder is faster. */
    private static final int MAX_FIELDS = 48;

    private static final int MAX_DEPTH = 16;

    private final byte[] in;
    private final TableSchema schema;
    private final Names names;
    private int at;
    private byte[] out;
    private int length;
    private long bytes;
    private final IndexSchema.Sizes sizes;
    private KeyValue partition;
    private KeyValue sort;

    /** Thrown if an object is not plain. Has no stack trace, because it is frequent on some lanes. */
    private static final class NotPlainException extends Exception {
        private static final long serialVersionUID = 1;

        private NotPlainException() {
            super("not plain", null, false, false);
        }
    }

    /**
     * The names, in UTF-8, of the attributes that are treated specially. Created once for all records.
     *
     * @param sort the sort key's name; empty if the table has none (no attribute name is empty)
     * @param reserved the writer's own attributes; an object that has one of them is not plain
     * @param indexes the attributes that matter to secondary indexes
     */
    record Names(byte[] partition, byte[] sort, List<byte[]> reserved, IndexSchema indexes) {
        static Names of(TableSchema schema, Set<String> reserved) {
            return new Names(
                    schema.partitionKey().name().getBytes(UTF_8),
                    schema.sortKey().map(sort -> sort.name().getBytes(UTF_8)).orElse(new byte[0]),
                    reserved.stream().map(name -> name.getBytes(UTF_8)).toList(),
                    new IndexSchema(schema));
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
        this.sizes = names.indexes.sizes();
    }

    /**
     * Encodes the whole object.
     *
     * @return whether the object is plain and has the key; if not, the other methods return nothing meaningful
     */
    boolean encode() {
        try {
            if (skipSpace() != '{') {
                return false;
            }
            object(0);
            skipSpace();
            // The position decides, not the byte: a byte of a character beyond ASCII is negative, as at the end.
            if (at != in.length
                    || partition == null
                    || (sort == null && schema.sortKey().isPresent())) {
                return false;
            }
            names.indexes.requireFits(schema.partitionKey(), partition);
            if (sort != null) {
                names.indexes.requireFits(schema.sortKey().orElseThrow(), sort);
            }
            return true;
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

    /** The sizes of the attributes that matter to secondary indexes. */
    IndexSchema.Sizes sizes() {
        return sizes;
    }

    /**
     * Moves to the next byte that is not white space. A return value of -1 does not imply the end, because a byte of 0x80
     * or above is negative too; only the position does.
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
            bytes += end - start + (depth == 0 ? 0 : ItemSize.ELEMENT_BYTES);
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

    /** Reads a name and adds its bounds to the spans. @return where it starts */
    private int name(int[] spans, int fields) throws NotPlainException {
        int start = at + 1;
        int end = string();
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
            return;
        }
        long before = bytes;
        int number = names.indexes.number(in, nameStart, nameEnd);
        if (Arrays.equals(in, nameStart, nameEnd, names.partition, 0, names.partition.length)) {
            partition = keyValue(schema.partitionKey());
        } else if (Arrays.equals(in, nameStart, nameEnd, names.sort, 0, names.sort.length)) {
            sort = keyValue(schema.sortKey().orElseThrow());
        } else if (names.isReserved(in, nameStart, nameEnd)) {
            throw new NotPlainException();
        } else {
            KeyAttribute indexKey = names.indexes.key(number);
            if (indexKey == null) {
                value(depth);
            } else {
                indexKeyValue(indexKey, depth);
            }
        }
        sizes.set(number, nameEnd - nameStart + bytes - before);
    }

    /** A value that may be illegal in the key of an index is left to the strict encoder, as is one of type B. */
    private void indexKeyValue(KeyAttribute attribute, int depth) throws NotPlainException, RejectedException {
        int first = skipSpace();
        boolean fits = attribute.type() == KeyType.S
                ? first == '"'
                : attribute.type() == KeyType.N && (first == '-' || isDigit(first));
        long before = bytes;
        if (fits) {
            value(depth);
        }
        long length = bytes - before;
        if (length == 0 || length > attribute.maxBytes()) {
            throw new NotPlainException();
        }
    }

    private KeyValue keyValue(KeyAttribute attribute) throws NotPlainException, RejectedException {
        int first = skipSpace();
        int start = at;
        KeyValue key;
        if (attribute.type() == KeyType.S && first == '"') {
            int end = string();
            key = KeyValue.string(attribute, new String(in, start + 1, end - start - 1, UTF_8));
            append(ItemJson.STRING);
            append(in, start + 1, end);
        } else if (attribute.type() == KeyType.N && (first == '-' || isDigit(first))) {
            var unused = number();
            key = KeyValue.number(attribute, new String(in, start, at - start, US_ASCII));
            append(ItemJson.NUMBER);
            append(in, start, at);
        } else {
            throw new NotPlainException();
        }
        append(ItemJson.END_OF_SCALAR);
        bytes += key.bytes();
        return key;
    }

    private void value(int depth) throws NotPlainException, RejectedException {
        int first = skipSpace();
        int start = at;
        switch (first) {
            case '"' -> {
                int end = string();
                append(ItemJson.STRING);
                append(in, start + 1, end);
                append(ItemJson.END_OF_SCALAR);
                bytes += end - start - 1;
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                int significant = number();
                append(ItemJson.NUMBER);
                append(in, start, at);
                append(ItemJson.END_OF_SCALAR);
                bytes += NumberText.bytes(significant);
            }
            case 't' -> literal(TRUE, ItemJson.TRUE);
            case 'f' -> literal(FALSE, ItemJson.FALSE);
            case 'n' -> literal(NULL, ItemJson.NULL);
            case '{' -> {
                bytes += ItemSize.CONTAINER_BYTES;
                append(ItemJson.MAP);
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
        bytes += ItemSize.CONTAINER_BYTES;
        append(ItemJson.LIST);
        if (skipSpace() == ']') {
            at++;
        } else {
            while (true) {
                bytes += ItemSize.ELEMENT_BYTES;
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
        append(ItemJson.END_OF_LIST);
    }

    /** Reads a string without escapes. @return the position of its closing quote */
    private int string() throws NotPlainException {
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

    /** Reads a number. @return its significant digits, counted as {@link NumberText} counts them */
    private int number() throws NotPlainException {
        int start = at;
        if (in[at] == '-') {
            at++;
        }
        int whole = digits();
        if (whole == 0 || (whole > 1 && in[at - whole] == '0')) {
            throw new NotPlainException();
        }
        boolean isWhole = at == in.length || in[at] != '.';
        if (!isWhole) {
            at++;
            if (digits() == 0) {
                throw new NotPlainException();
            }
        }
        if (at - start > NumberText.SHORT_LENGTH || (at < in.length && (in[at] == 'e' || in[at] == 'E'))) {
            throw new NotPlainException();
        }
        return isWhole ? at - start : significantDigits(start);
    }

    /** Reads digits. @return how many there were */
    private int digits() {
        int start = at;
        while (at < in.length && isDigit(in[at])) {
            at++;
        }
        return at - start;
    }

    /** Counts the digits from the first to the last that is not zero; 1 for zero. */
    private int significantDigits(int start) {
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

    private void literal(byte[] literal, byte[] item) throws NotPlainException {
        if (at + literal.length > in.length
                || !Arrays.equals(in, at, at + literal.length, literal, 0, literal.length)) {
            throw new NotPlainException();
        }
        at += literal.length;
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
        ensureCapacity(1);
        out[length++] = b;
    }

    private void append(byte[] all) {
        append(all, 0, all.length);
    }

    private void append(byte[] from, int start, int end) {
        ensureCapacity(end - start);
        System.arraycopy(from, start, out, length, end - start);
        length += end - start;
    }

    private void ensureCapacity(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(length + more, out.length * 2));
        }
    }
}
