package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** An operand as the operation saw it. */
record Operand(Shape shape, long[] strides, DataType type, boolean differentiable, boolean parameter) {}
