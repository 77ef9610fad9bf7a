package org.vivace.measure;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How records become JSON: absent fields are left out, and a number that is not finite is null. */
final class Json {

    static final Gson GSON = new GsonBuilder()
            .setStrictness(Strictness.STRICT)
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .registerTypeAdapter(double.class, new FiniteOrNull())
            .registerTypeAdapter(Double.class, new FiniteOrNull())
            .registerTypeAdapter(new TypeToken<List<Double>>() {}.getType(), new OneLine<>(Json::read))
            .registerTypeAdapter(new TypeToken<List<Long>>() {}.getType(), new OneLine<>(JsonReader::nextLong))
            .create();

    private Json() {}

    private static double read(JsonReader in) throws IOException {
        if (in.peek() == JsonToken.NULL) {
            in.nextNull();
            return Double.NaN;
        }
        return in.nextDouble();
    }

    /** Writes null in the place of a number even where null fields are left out: read back, absent would mean zero. */
    private static void write(JsonWriter out, String json) throws IOException {
        boolean before = out.getSerializeNulls();
        out.setSerializeNulls(true);
        out.jsonValue(json);
        out.setSerializeNulls(before);
    }

    private static String json(Number value) {
        return Double.isFinite(value.doubleValue()) ? value.toString() : "null";
    }

    private static final class FiniteOrNull extends TypeAdapter<Double> {

        @Override
        public void write(JsonWriter out, Double value) throws IOException {
            if (value == null) {
                out.nullValue();
            } else {
                Json.write(out, json(value));
            }
        }

        @Override
        public Double read(JsonReader in) throws IOException {
            return Json.read(in);
        }
    }

    /** What reads one number. */
    private interface Reading<T> {
        T from(JsonReader in) throws IOException;
    }

    /** A list of numbers on one line, where pretty printing would give each number its own. */
    private static final class OneLine<T extends Number> extends TypeAdapter<List<T>> {

        private final Reading<T> reading;

        OneLine(Reading<T> reading) {
            this.reading = reading;
        }

        @Override
        public void write(JsonWriter out, List<T> values) throws IOException {
            if (values == null) {
                out.nullValue();
            } else {
                Json.write(out, values.stream().map(Json::json).collect(Collectors.joining(", ", "[", "]")));
            }
        }

        @Override
        public List<T> read(JsonReader in) throws IOException {
            List<T> values = new ArrayList<>();
            in.beginArray();
            while (in.hasNext()) {
                values.add(reading.from(in));
            }
            in.endArray();
            return values;
        }
    }
}
