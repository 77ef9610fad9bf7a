package org.vivace.train;

/** Why the model is being run forward. */
public enum Pass {
    TRAIN,
    EVALUATE
}
