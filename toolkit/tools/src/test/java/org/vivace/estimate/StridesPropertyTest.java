package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Strides, held against the places in memory that they stand for. */
class StridesPropertyTest {

    private static Shape shape(List<Integer> sizes) {
        return new Shape(sizes.stream().mapToLong(Integer::longValue).toArray());
    }

    private static int[] order(int axes, long seed) {
        List<Integer> order =
                new java.util.ArrayList<>(IntStream.range(0, axes).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The place of each element, in the order of the indices. */
    private static long[] places(Shape shape, long[] strides) {
        long[] places = new long[Math.toIntExact(shape.size())];
        for (int i = 0; i < places.length; i++) {
            long rest = i;
            for (int axis = shape.dimension() - 1; axis >= 0; axis--) {
                places[i] += rest % shape.get(axis) * strides[axis];
                rest /= shape.get(axis);
            }
        }
        return places;
    }

    @Property(tries = 300, seed = "1")
    void anOrderWithoutGapsFillsAllPlacesOnce(
            @ForAll @Size(max = 4) List<@IntRange(min = 1, max = 4) Integer> sizes, @ForAll long seed) {
        Shape shape = shape(sizes);
        long[] places = places(shape, Strides.inOrder(shape, order(shape.dimension(), seed)));
        assertThat(Arrays.stream(places).sorted().toArray())
                .isEqualTo(IntStream.range(0, places.length).asLongStream().toArray());
        assertThat(places(shape, Strides.dense(shape)))
                .isEqualTo(IntStream.range(0, places.length).asLongStream().toArray());
    }

    @Property(tries = 300, seed = "2")
    void aViewOfAnotherShapeHasEachElementWhereItWas(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 4) Integer> sizes, @ForAll long seed) {
        Shape shape = shape(sizes);
        long[] strides = Strides.inOrder(shape, order(shape.dimension(), seed));
        Shape now = regrouped(shape, new Random(seed));
        Optional<long[]> view = Strides.reshaped(shape, strides, now);
        view.ifPresent(found -> assertThat(places(now, found)).isEqualTo(places(shape, strides)));
        assertThat(Strides.reshaped(shape, Strides.dense(shape), now))
                .as("an array without gaps in the order of its axes is a view in any shape")
                .hasValueSatisfying(
                        found -> assertThat(places(now, found)).isEqualTo(places(shape, Strides.dense(shape))));
    }

    /** As many elements, with neighbours among the axes put together or a new axis of one. */
    private static Shape regrouped(Shape shape, Random random) {
        Shape now = new Shape();
        long group = 1;
        for (long size : shape.getShape()) {
            group *= size;
            if (random.nextBoolean()) {
                now = now.add(group);
                group = 1;
            }
        }
        return now.add(group);
    }

    @Property(tries = 300, seed = "3")
    void permutingTwiceByAnOrderAndItsInverseChangesNothing(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 9) Integer> values, @ForAll long seed) {
        long[] given = values.stream().mapToLong(Integer::longValue).toArray();
        int[] order = order(given.length, seed);
        int[] inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            inverse[order[i]] = i;
        }
        assertThat(Strides.permute(Strides.permute(given, order), inverse)).isEqualTo(given);
    }
}
