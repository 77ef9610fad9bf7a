package org.vivace.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Values for the parameters of methods: now fitting, now odd, now wrong. */
final class RandomArguments {

    private static final DataType[] TYPES = {
        DataType.FLOAT32,
        DataType.FLOAT32,
        DataType.FLOAT32,
        DataType.BFLOAT16,
        DataType.BFLOAT16,
        DataType.FLOAT16,
        DataType.FLOAT64,
        DataType.INT64,
        DataType.INT32,
        DataType.INT8,
        DataType.UINT8,
        DataType.BOOLEAN,
        DataType.COMPLEX64
    };
    private static final double[] REALS = {
        0, 0.1, 0.5, 0.9, 1, 2, -1, 1e-5, 1e30, -1e300, Double.NaN, Double.POSITIVE_INFINITY
    };
    private static final int[] WHOLE = {0, 1, 1, 2, 3, 4, 5, 8, 64, -1, -2, -7, Integer.MIN_VALUE};
    private static final long[] LONG = {0, 1, 1, 2, 3, 4, 5, 8, 64, -1, -2, 1L << 45, Long.MIN_VALUE, Long.MAX_VALUE};
    private static final Device[] DEVICES = {Device.cpu(), Device.cpu(), Device.cpu(), Device.gpu(), Device.gpu(7)};

    private final Random random;
    private final NDManager manager;
    private final Shape usual;
    private final DataType usualType;
    private boolean nulls;

    RandomArguments(Random random, NDManager manager) {
        this.random = random;
        this.manager = manager;
        usual = shape();
        usualType = TYPES[random.nextInt(TYPES.length)];
    }

    /** Whether values for parameters of this type can be made. */
    static boolean known(Class<?> type) {
        return type.isPrimitive()
                || type.isEnum()
                || type.isRecord()
                || List.of(
                                NDArray.class,
                                NDList.class,
                                TensorList.class,
                                List.class,
                                NDManager.class,
                                Shape.class,
                                Device.class,
                                Number.class,
                                String.class,
                                NDIndex.class,
                                int[].class,
                                long[].class,
                                NDArray[].class)
                        .contains(type);
    }

    /** @param nulls whether null is a value too, now and then */
    Object of(Parameter parameter, boolean nulls) {
        this.nulls = nulls;
        return of(parameter.getType(), parameter.getParameterizedType());
    }

    private Object of(Class<?> type, Type generic) {
        if (nulls && !type.isPrimitive() && chance(0.02)) {
            return null;
        }
        if (type == int.class) {
            return WHOLE[random.nextInt(WHOLE.length)];
        } else if (type == long.class) {
            return LONG[random.nextInt(LONG.length)];
        } else if (type == double.class) {
            return REALS[random.nextInt(REALS.length)];
        } else if (type == float.class) {
            return (float) REALS[random.nextInt(REALS.length)];
        } else if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == NDArray.class) {
            return array();
        } else if (type == NDList.class) {
            return new NDList(arrays());
        } else if (type == NDArray[].class) {
            return arrays().toArray(NDArray[]::new);
        } else if (type == TensorList.class) {
            return TensorList.of(arrays());
        } else if (type == List.class) {
            return list(generic);
        } else if (type == NDManager.class) {
            return manager;
        } else if (type == Shape.class) {
            return chance(0.5) ? usual : shape();
        } else if (type == Device.class) {
            return DEVICES[random.nextInt(DEVICES.length)];
        } else if (type == DataType.class) {
            return DataType.values()[random.nextInt(DataType.values().length)];
        } else if (type == Number.class) {
            return chance(0.5) ? (Number) REALS[random.nextInt(REALS.length)] : WHOLE[random.nextInt(WHOLE.length)];
        } else if (type == String.class) {
            return "name";
        } else if (type == NDIndex.class) {
            return chance(0.5) ? new NDIndex(0) : new NDIndex(":, " + WHOLE[random.nextInt(WHOLE.length)]);
        } else if (type == int[].class) {
            return random.ints(random.nextInt(4), -2, 4).toArray();
        } else if (type == long[].class) {
            return random.longs(random.nextInt(4), -2, 6).toArray();
        } else if (type.isEnum()) {
            return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
        } else if (type.isRecord()) {
            return recordOf(type);
        }
        throw new IllegalArgumentException("no value for a parameter of type " + type);
    }

    private Object list(Type generic) {
        Type element = ((ParameterizedType) generic).getActualTypeArguments()[0];
        if (element == Integer.class) {
            return random.ints(random.nextInt(4), -1, 5).boxed().toList();
        }
        return arrays();
    }

    private Object recordOf(Class<?> type) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(type.getRecordComponents())
                .map(each -> of(each.getType(), each.getGenericType()))
                .toArray();
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private List<NDArray> arrays() {
        List<NDArray> arrays = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            arrays.add(array());
        }
        return arrays;
    }

    /** Mostly of the shape and type that the call's other arrays have, so that many calls come to their end. */
    private NDArray array() {
        DataType type = chance(0.7) ? usualType : TYPES[random.nextInt(TYPES.length)];
        NDArray array = strided(type);
        if (chance(0.3) && (type.isFloating() || type == DataType.BFLOAT16)) {
            array.setRequiresGradient(true);
            if (chance(0.5)) {
                gradient(array);
            }
        }
        if (chance(0.02)) {
            array.close();
        }
        return array;
    }

    private void gradient(NDArray leaf) {
        try (GradMode on = GradMode.on();
                NDArray sum = leaf.mul(2).sum()) {
            Autograd.backward(sum, false);
        }
    }

    private NDArray strided(DataType type) {
        if (chance(0.03)) {
            // Millions of numbers in the memory of one.
            return typed(manager.ones(new Shape(1)), type).broadcast(new Shape(1L << 10, 1L << 11));
        }
        Shape shape = chance(0.7) ? usual : shape();
        NDArray array = typed(manager.randomNormal(shape), type);
        return switch (random.nextInt(6)) {
            case 0 -> array.transpose();
            case 1 -> shape.dimension() > 0 && shape.get(0) > 1 ? array.get(new NDIndex("1:")) : array;
            case 2 -> shape.dimension() > 1 ? array.swapAxes(0, 1).swapAxes(0, 1) : array;
            default -> array;
        };
    }

    /** Numbers from -2 to 2, or from 0 where there are no others. */
    private static NDArray typed(NDArray array, DataType type) {
        if (type == DataType.BFLOAT16) {
            return Cast.to(array, Precision.BFLOAT16);
        }
        return type == DataType.FLOAT32
                ? array
                : array.clip(type == DataType.UINT8 ? 0 : -2, 2).toType(type, false);
    }

    /** Of rank 0 to 5, now and then empty or of a rank beyond what libtorch's iterators take. */
    Shape shape() {
        if (chance(0.02)) {
            long[] ones = new long[40 + random.nextInt(40)];
            Arrays.fill(ones, 1);
            return new Shape(ones);
        }
        long[] sizes = new long[random.nextInt(6)];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = chance(0.05) ? 0 : 1 + random.nextInt(5);
        }
        return new Shape(sizes);
    }

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }
}
