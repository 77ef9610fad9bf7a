package org.vivace.estimate;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** The properties of an operand when the operation ran. */
record Operand(Shape shape, long[] strides, DataType type, boolean differentiable, boolean parameter) {}
