/**
 * Real data for training, from sources that need no account, as {@link ai.djl.training.dataset.Dataset}s.
 *
 * <ul> <li>Text: {@link org.vivace.datasets.WordNetText} (needs no download), {@link
 * org.vivace.datasets.StateOfTheUnion} and {@link org.vivace.datasets.TextFiles} (the user's own), batched by {@link
 * org.vivace.datasets.ByteText}. <li>Labelled texts of different lengths: {@link org.vivace.datasets.SpamAssassin},
 * batched by {@link org.vivace.datasets.Texts}. <li>Images: {@link org.vivace.datasets.FashionMnist}, {@link
 * org.vivace.datasets.Cifar10} and {@link org.vivace.datasets.Glyphs} (needs no download), batched by {@link
 * org.vivace.datasets.Images}. <li>The data sets on this machine and those that can be fetched: {@link
 * org.vivace.datasets.DataSetCatalog}.
 * </ul>
 *
 * <p>The order of an epoch and the augmentation of its images are drawn once, when its iterator is created, from the
 * random generator that {@link ai.djl.engine.Engine#setRandomSeed(int)} seeds. A trainer that reseeds before each epoch
 * therefore sees the same batches again, and can resume in the middle of one: {@link
 * org.vivace.datasets.ResumableDataset}.
 */
@NullMarked
package org.vivace.datasets;

import org.jspecify.annotations.NullMarked;
