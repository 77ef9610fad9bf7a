package org.vivace.models;

import java.util.Arrays;

/** The encoder's forward in plain Java and double precision, one text at a time and without any padding. */
final class EncoderReference {

    private EncoderReference() {}

    /** Logits (classes) of one text. */
    static double[] logits(Encoder encoder, long[] ids) {
        Encoder.Settings settings = encoder.settings();
        TransformerReference reference = new TransformerReference(encoder, settings.width(), settings.heads());
        double[][] x = reference.embed(ids);
        for (int layer = 0; layer < settings.layers(); layer++) {
            x = reference.layer(x, (t, s) -> true);
        }
        double[] mean = new double[settings.width()];
        for (double[] position : x) {
            Arrays.setAll(mean, i -> mean[i] + position[i] / ids.length);
        }
        return reference.linear(reference.norm(new double[][] {mean}))[0];
    }
}
