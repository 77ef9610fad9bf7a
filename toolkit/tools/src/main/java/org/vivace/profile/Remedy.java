package org.vivace.profile;

/**
 * Something that makes the step cheaper, and by how much it should.
 *
 * @param method a method of the catalogue with its settings, or, where none addresses the cause, what to do
 * @param predictedGain how many times as fast the whole step should be with it: Amdahl's law on the measured parts
 * @param why what the prediction rests on
 */
public record Remedy(String method, double predictedGain, String why) {}
