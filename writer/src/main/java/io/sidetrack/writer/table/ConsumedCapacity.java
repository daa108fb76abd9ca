package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.common.json.RecordJson;
import java.io.IOException;

/** Reads {@code ConsumedCapacity}: one object for calls on a single item, a list of objects for all others. */
final class ConsumedCapacity {
    private static final JsonFactory JSON = RecordJson.factory().build();

    private ConsumedCapacity() {}

    /** The write units in a response; other fields are ignored. */
    static double readResponse(byte[] body) throws IOException {
        double units = 0;
        try (JsonParser in = JSON.createParser(body)) {
            require(in.nextToken(), JsonToken.START_OBJECT);
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                in.nextToken();
                if (field.equals("ConsumedCapacity")) {
                    units += read(in);
                } else {
                    in.skipChildren();
                }
            }
            require(in.currentToken(), JsonToken.END_OBJECT);
        }
        return units;
    }

    /** @param in positioned at the start of the value; afterwards at its end */
    static double read(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.START_OBJECT) {
            return readOne(in);
        }
        require(in.currentToken(), JsonToken.START_ARRAY);
        double units = 0;
        while (in.nextToken() == JsonToken.START_OBJECT) {
            units += readOne(in);
        }
        return units;
    }

    private static double readOne(JsonParser in) throws IOException {
        double units = 0;
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            in.nextToken();
            if (field.equals("CapacityUnits") && in.currentToken().isNumeric()) {
                units += in.getDoubleValue();
            } else {
                in.skipChildren();
            }
        }
        return units;
    }

    static void require(JsonToken found, JsonToken expected) throws IOException {
        if (found != expected) {
            throw new IOException("expected " + expected + ", found " + found);
        }
    }
}
