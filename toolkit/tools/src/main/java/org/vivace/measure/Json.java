package org.vivace.measure;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads this library's JSON: one name and value per line, but a list of numbers on one line; empty optionals
 * and absent fields are omitted; a number that is not finite is null, and null in the place of a number is NaN; an enum
 * is its constant's name, or its annotated name; HTML is not escaped. Reading is strict.
 *
 * <p>A record's constructor receives null for a component that is missing in the JSON.
 */
public final class Json {

    private static final Gson GSON = new GsonBuilder()
            .setStrictness(Strictness.STRICT)
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .registerTypeAdapterFactory(new Optionals())
            .registerTypeAdapter(double.class, new FiniteOrNull())
            .registerTypeAdapter(Double.class, new FiniteOrNull())
            .registerTypeAdapter(new TypeToken<List<Double>>() {}.getType(), new OneLine<>(Json::read))
            .registerTypeAdapter(new TypeToken<List<Long>>() {}.getType(), new OneLine<>(JsonReader::nextLong))
            .create();

    private Json() {}

    /** Writes maps, lists, records, numbers, texts and Gson's own trees, followed by a newline. */
    public static String write(Object value) {
        return GSON.toJson(value) + "\n";
    }

    /** @throws JsonParseException if the text is not JSON of that type */
    public static <T> T read(String text, Class<T> type) {
        return present(GSON.fromJson(text, type), type);
    }

    /** @throws JsonParseException if the text is not JSON of that type */
    public static <T> T read(String text, TypeToken<T> type) {
        return present(GSON.fromJson(text, type), type.getRawType());
    }

    /** @throws JsonParseException if the tree is not of that type */
    public static <T> T read(JsonElement json, Class<T> type) {
        return present(GSON.fromJson(json, type), type);
    }

    private static <T> T present(@Nullable T found, Class<?> type) {
        if (found == null) {
            throw new JsonParseException("expected the JSON of a " + type.getSimpleName() + ", found none");
        }
        return found;
    }

    private static double read(JsonReader in) throws IOException {
        if (in.peek() == JsonToken.NULL) {
            in.nextNull();
            return Double.NaN;
        }
        return in.nextDouble();
    }

    /**
     * Writes null in the place of a number even where null fields are omitted: read back, an absent one would be zero.
     */
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
        public void write(JsonWriter out, @Nullable Double value) throws IOException {
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

    /** An optional as its value, or as null, which is omitted. */
    private static final class Optionals implements TypeAdapterFactory {

        @Override
        @SuppressWarnings("unchecked") // Each adapter is that of the requested raw type.
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            Class<?> raw = type.getRawType();
            if (raw == OptionalDouble.class) {
                return (TypeAdapter<T>) optional(
                        gson.getAdapter(Double.class),
                        (OptionalDouble value) -> value.stream().boxed().findFirst(),
                        OptionalDouble::of,
                        OptionalDouble.of(Double.NaN));
            }
            if (raw == OptionalLong.class) {
                return (TypeAdapter<T>) optional(
                        gson.getAdapter(Long.class),
                        (OptionalLong value) -> value.stream().boxed().findFirst(),
                        OptionalLong::of,
                        OptionalLong.empty());
            }
            if (raw == OptionalInt.class) {
                return (TypeAdapter<T>) optional(
                        gson.getAdapter(Integer.class),
                        (OptionalInt value) -> value.stream().boxed().findFirst(),
                        OptionalInt::of,
                        OptionalInt.empty());
            }
            return raw == Optional.class && type.getType() instanceof ParameterizedType of
                    ? (TypeAdapter<T>) ofValue(gson.getAdapter(TypeToken.get(of.getActualTypeArguments()[0])))
                    : null;
        }

        private static <V> TypeAdapter<Optional<V>> ofValue(TypeAdapter<V> values) {
            return optional(values, value -> value, Optional::of, Optional.empty());
        }

        private static <O, V> TypeAdapter<O> optional(
                TypeAdapter<V> values, Function<O, Optional<V>> value, Function<V, O> some, O ofNull) {
            return new TypeAdapter<>() {
                @Override
                public void write(JsonWriter out, @Nullable O optional) throws IOException {
                    Optional<V> found = optional == null ? Optional.empty() : value.apply(optional);
                    if (found.isPresent()) {
                        values.write(out, found.get());
                    } else {
                        out.nullValue();
                    }
                }

                @Override
                public O read(JsonReader in) throws IOException {
                    if (in.peek() == JsonToken.NULL) {
                        in.nextNull();
                        return ofNull;
                    }
                    return some.apply(values.read(in));
                }
            };
        }
    }

    /** Reads one number. */
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
        public void write(JsonWriter out, @Nullable List<T> values) throws IOException {
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
