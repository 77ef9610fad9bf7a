/**
 * Models that DJL lacks or does not let you change: a decoder language model, an encoder that classifies texts and
 * ResNet-9, and the loss for class predictions.
 *
 * <p>They use only stock DJL operations, so that a method measured on these models is measured against plain DJL. Every
 * block reads its children when it runs, never from a field: replacing a child in the children list of a {@link
 * ai.djl.nn.AbstractBlock} takes effect at every level.
 */
@NullMarked
package org.vivace.models;

import org.jspecify.annotations.NullMarked;
