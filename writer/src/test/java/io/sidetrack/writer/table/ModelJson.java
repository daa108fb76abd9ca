package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JSON as maps, lists, strings and booleans. */
final class ModelJson {
    private static final JsonFactory JSON = new JsonFactory();

    private ModelJson() {}

    /** Parses an object. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> read(String json) {
        try (JsonParser in = JSON.createParser(json)) {
            in.nextToken();
            return (Map<String, Object>) value(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object value(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.START_OBJECT) {
            Map<String, Object> object = new TreeMap<>();
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                object.put(name, value(in));
            }
            return object;
        }
        if (in.currentToken() == JsonToken.START_ARRAY) {
            List<Object> list = new ArrayList<>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(in));
            }
            return list;
        }
        return in.currentToken().isBoolean() ? (Object) in.getBooleanValue() : in.getText();
    }

    static String write(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            write(value, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(Object value, JsonGenerator out) throws IOException {
        if (value instanceof Map<?, ?> object) {
            out.writeStartObject();
            for (Map.Entry<?, ?> field : object.entrySet()) {
                out.writeFieldName((String) field.getKey());
                write(field.getValue(), out);
            }
            out.writeEndObject();
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object element : list) {
                write(element, out);
            }
            out.writeEndArray();
        } else if (value instanceof Boolean bool) {
            out.writeBoolean(bool);
        } else {
            out.writeString((String) value);
        }
    }

    /** The object in a field. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Map<String, Object> in, String name) {
        return (Map<String, Object>) in.get(name);
    }

    /** The list in a field. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> list(Map<String, Object> in, String name) {
        return (List<Map<String, Object>>) in.get(name);
    }
}
