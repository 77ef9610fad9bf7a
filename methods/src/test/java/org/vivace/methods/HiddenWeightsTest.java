package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;
import org.vivace.models.Encoder;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenEmbedding;

/** Which weights of a model are hidden. */
class HiddenWeightsTest {

    private static List<String> hidden(Block block) {
        HiddenWeights hidden = new HiddenWeights(block);
        List<String> paths = block.getParameters().stream()
                .filter(pair -> hidden.contains(pair.getValue()))
                .map(pair -> pair.getKey() + " " + hidden.parts(pair.getValue()))
                .toList();
        assertThat(hidden.size()).isEqualTo(paths.size());
        return paths;
    }

    private static Linear linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    @Test
    void areADecodersProjectionsWithQueriesKeysAndValuesApart() {
        List<String> hidden = hidden(SmallTraining.gpt(0));
        assertThat(hidden).hasSize(8).allMatch(path -> path.contains("DecoderLayer"));
        assertThat(hidden.stream().filter(path -> path.endsWith("weight 3")))
                .hasSize(2)
                .allMatch(path -> path.contains("qkv"));
        assertThat(hidden.stream().filter(path -> path.endsWith("weight 1"))).hasSize(6);
        assertThat(new HiddenWeights(SmallTraining.gpt(0)).others())
                .containsExactly("01TokenEmbedding_weight", "02LearnedPositions_weight", "07Linear_weight");
    }

    @Test
    void areAnEncodersProjections() {
        List<String> hidden = hidden(new Encoder(new Encoder.Settings(9, 8, 2, 2, 16, 2)));
        assertThat(hidden).hasSize(8).allMatch(path -> path.contains("layer"));
        assertThat(hidden.stream().filter(path -> path.endsWith("weight 3"))).hasSize(2);
    }

    @Test
    void areConvolutionsAfterTheFirst() {
        List<String> hidden = hidden(new ResNet9(new ResNet9.Settings(2, 3, 3)));
        assertThat(hidden).hasSize(7).allMatch(path -> path.endsWith("Conv2d_weight 1"));
        assertThat(hidden).noneMatch(path -> path.startsWith("01"));
    }

    @Test
    void needAFirstAndALastLayerAroundThem() {
        assertThat(hidden(new SequentialBlock().add(linear(2)).add(linear(3)).add(linear(4))))
                .containsExactly("02Linear_weight 1");
        assertThat(hidden(new SequentialBlock().add(linear(2)).add(linear(3)))).isEmpty();
        assertThat(hidden(linear(2))).isEmpty();
        assertThat(hidden(BatchNorm.builder().build())).isEmpty();
        SequentialBlock mixed = new SequentialBlock()
                .add(Conv2d.builder()
                        .setFilters(2)
                        .setKernelShape(new Shape(3, 3))
                        .build())
                .add(BatchNorm.builder().build())
                .add(linear(3))
                .add(linear(4))
                .add(BatchNorm.builder().build());
        assertThat(hidden(mixed)).containsExactly("03Linear_weight 1");
    }

    @Test
    void areAllMatricesBetweenAnEmbeddingAndAHeadThatSharesItsTable() {
        TokenEmbedding embedding = new TokenEmbedding(4, 2);
        Parameter table = embedding.getDirectParameters().valueAt(0);
        SequentialBlock tied =
                new SequentialBlock().add(embedding).add(linear(2)).add(new Tied(table));
        assertThat(hidden(tied)).containsExactly("02Linear_weight 1");
    }

    private static final class Tied extends AbstractBlock {

        Tied(Parameter table) {
            addParameter(table);
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            throw new UnsupportedOperationException("is only looked at");
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            throw new UnsupportedOperationException("is only looked at");
        }
    }
}
