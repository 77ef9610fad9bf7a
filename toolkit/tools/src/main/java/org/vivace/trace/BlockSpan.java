package org.vivace.trace;

/**
 * A stretch of time in which one block's forward pass ran, or its part of a backward pass.
 *
 * @param path child names joined by slashes, after the root's class
 * @param phase {@code FORWARD} or {@code BACKWARD}; a forward pass that a method repeats during the backward is the latter
 */
public record BlockSpan(String path, StepPhase phase, double startMicros, double micros) {}
