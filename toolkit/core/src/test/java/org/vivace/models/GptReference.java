package org.vivace.models;

/** The decoder's forward in plain Java and double precision, one sequence at a time. */
final class GptReference {

    private GptReference() {}

    /** Logits (time, vocabulary) of one sequence. */
    static double[][] logits(Gpt gpt, long[] ids) {
        Gpt.Settings settings = gpt.settings();
        TransformerReference reference = new TransformerReference(gpt, settings.width(), settings.heads());
        double[][] x = reference.embed(ids);
        for (int layer = 0; layer < settings.layers(); layer++) {
            x = reference.layer(x, (t, s) -> s <= t);
        }
        return TransformerReference.times(reference.norm(x), reference.matrix());
    }
}
