package org.vivace.contract;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.lang.reflect.Field;
import java.util.List;

/**
 * DJL updates parameters in the order of their ids' hashes, and ids are random. Its Adam uses the highest count of any
 * parameter updated so far, so the step size of a parameter that was frozen for a while depends on that order.
 */
final class UpdateOrder {

    private static final Field ID = idField();

    private UpdateOrder() {}

    /**
     * Makes DJL update parameters in the same order in every process, beginning with one that every step of every loop
     * trains, if there is one.
     */
    static void fix(Block root) {
        List<Parameter> parameters = root.getParameters().values();
        List<Parameter> frozenBySome =
                Loop.firstWithWeights(root).getParameters().values();
        int first = 0;
        while (first < parameters.size() - 1 && frozenBySome.contains(parameters.get(first))) {
            first++;
        }
        for (int i = 0; i < parameters.size(); i++) {
            // The hash of one character is the character, so the order of a hash map is that of the characters.
            int place = Math.floorMod(i - first, parameters.size());
            try {
                ID.set(parameters.get(i), String.valueOf((char) ('0' + place)));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("could not set " + ID, e);
            }
        }
    }

    private static Field idField() {
        try {
            Field id = Parameter.class.getDeclaredField("id");
            id.setAccessible(true);
            return id;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("expected DJL 0.36, whose Parameter has an id, found another one", e);
        }
    }
}
