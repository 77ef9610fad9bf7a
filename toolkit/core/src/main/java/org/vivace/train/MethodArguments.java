package org.vivace.train;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** A method's arguments as written, read one after the other; a missing one gives the default. */
public final class MethodArguments {

    private final String method;
    private final List<String> written;
    private int taken;

    MethodArguments(String method, List<String> written) {
        this.method = method;
        this.written = written;
    }

    /** The next argument, one of {@code words}, in lower or upper case. */
    public String word(String byDefault, String... words) {
        String given = next(byDefault);
        return Arrays.stream(words)
                .filter(word -> word.equalsIgnoreCase(given))
                .findFirst()
                .orElseThrow(() -> wrong(String.join(" or ", words), given));
    }

    /** The next argument as a number. */
    public double number(double byDefault) {
        return parsed(Double.toString(byDefault), Double::parseDouble, "a number");
    }

    /** The next argument as a whole number. */
    public int whole(int byDefault) {
        return parsed(Integer.toString(byDefault), Integer::parseInt, "a whole number");
    }

    private <T> T parsed(String byDefault, Function<String, T> parse, String expected) {
        String given = next(byDefault);
        try {
            return parse.apply(given);
        } catch (NumberFormatException e) {
            throw wrong(expected, given);
        }
    }

    void requireAllUsed(String expected) {
        if (taken < written.size()) {
            String takes = expected.isEmpty() ? "no arguments" : "arguments " + expected;
            throw new IllegalArgumentException(
                    method + " takes " + takes + ", got " + written.get(taken) + " more: remove it");
        }
    }

    private String next(String byDefault) {
        return taken < written.size() ? written.get(taken++) : byDefault;
    }

    private IllegalArgumentException wrong(String expected, String given) {
        return new IllegalArgumentException(
                method + ": expected " + expected + ", got '" + given + "': 'vivace methods' lists the arguments");
    }
}
