package org.vivace.workloads;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The settings of this package's workloads. */
final class Settings {

    private Settings() {}

    /** @throws IllegalArgumentException if the value of the option is below 1 */
    static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + " must be at least 1, got " + value + ": give a larger one");
        }
    }

    /** A workload's settings for records: its model and number of parameters, its optimizer, and others by name. */
    static Map<String, String> of(String model, long parameters, String optimizer, Map<String, Object> others) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("model", String.format(Locale.ROOT, "%s, %.1f million parameters", model, parameters / 1e6));
        settings.put("optimizer", optimizer);
        others.forEach((name, value) -> settings.put(name, value.toString()));
        return settings;
    }
}
