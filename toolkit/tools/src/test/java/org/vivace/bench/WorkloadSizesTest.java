package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadSizesTest {

    private static final Rows ROWS = new Rows();

    /** One whose size no text can give. */
    private record Odd(List<Integer> widths) implements LikeRows {

        Odd() {
            this(List.of(1));
        }

        @Override
        public String name() {
            return "odd";
        }
    }

    @Test
    void areTheComponentsInTheirOrder() {
        assertThat(WorkloadSizes.of(ROWS))
                .extracting(WorkloadSizes.Size::name)
                .containsExactly("width", "batch", "heldOut", "noise", "seed", "biased", "data");
        assertThat(WorkloadSizes.of(ROWS))
                .extracting(WorkloadSizes.Size::value)
                .containsExactly(4, 8, 16, 0.1, 7L, true, "drawn");
        assertThat(WorkloadSizes.of(ROWS).get(0).type()).isEqualTo(int.class);
    }

    @Test
    void areOptionsOfACommandLine() {
        assertThat(WorkloadSizes.of(ROWS))
                .extracting(WorkloadSizes.Size::option)
                .containsExactly("--width", "--batch", "--held-out", "--noise", "--seed", "--biased", "--data");
    }

    @Test
    void areDescribedWhereTheWorkloadSaysSo() {
        List<WorkloadSizes.Size> sizes = WorkloadSizes.of(ROWS);
        assertThat(sizes.get(0).described().orElseThrow().value()).isEqualTo("Numbers in a row.");
        assertThat(sizes.get(0).described().orElseThrow().label()).isEqualTo("N");
        assertThat(sizes.get(1).described()).isEmpty();
        assertThat(sizes.get(2).described().orElseThrow().label()).isEqualTo("ROWS");
    }

    @Test
    void standInTheRecord() {
        assertThat(ROWS.settings())
                .containsEntry("width", "4")
                .containsEntry("held out", "16")
                .containsEntry("biased", "true")
                .hasSize(7);
    }

    @Test
    void onlyThoseThatDifferAreTyped() {
        assertThat(WorkloadSizes.options(ROWS)).isEmpty();
        assertThat(WorkloadSizes.options(new Rows(4, 8, 32, 0.1, 7, false, "drawn")))
                .containsExactly("--held-out", "32", "--biased", "false");
    }

    @Test
    void aWorkloadThatIsNoRecordHasNone() {
        Workload composed =
                Workload.of("one", ROWS::newBlock, new Shape(8, 4), ROWS.loss(), ROWS::optimizer, ROWS.train());
        assertThat(WorkloadSizes.of(composed)).isEmpty();
        assertThat(WorkloadSizes.options(composed)).isEmpty();
    }

    @Test
    void canBeChangedByValuesOrTexts() {
        Rows expected = new Rows(5, 8, 32, 0.25, 9, false, "a b");
        assertThat(WorkloadSizes.with(
                        ROWS,
                        Map.of("width", 5, "heldOut", 32, "noise", 0.25, "seed", 9L, "biased", false, "data", "a b")))
                .isEqualTo(expected);
        assertThat(WorkloadSizes.with(
                        ROWS,
                        Map.of(
                                "width", "5", "heldOut", "32", "noise", "0.25", "seed", "9", "biased", "false", "data",
                                "a b")))
                .isEqualTo(expected);
        assertThat(WorkloadSizes.with(ROWS, Map.of())).isEqualTo(ROWS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            width   | 0     | --width must be at least 1, got 0: give a larger one
            width   | wide  | --width must be a number, got wide: give one such as 4
            heldOut | 1e3   | --held-out must be a number, got 1e3: give one such as 16
            noise   | loud  | --noise must be a number, got loud: give one such as 0.1
            seed    | 0.5   | --seed must be a number, got 0.5: give one such as 7
            biased  | yes   | --biased must be true or false, got yes: give one of the two
            depth   | 3     | expected a size of rows, one of [width, batch, heldOut, noise, seed, biased, data], got depth: name one of these
            """)
    void whatIsRefused(String name, String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkloadSizes.with(ROWS, Map.of(name, value)))
                .withMessage(message);
    }

    @Test
    void oneOfAnotherTypeIsNoSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkloadSizes.with(new Odd(), Map.of()))
                .withMessage(
                        "expected sizes of org.vivace.bench.WorkloadSizesTest$Odd that are numbers, switches or texts,"
                                + " found widths of type List: give it one of these types, or make it no component");
    }
}
