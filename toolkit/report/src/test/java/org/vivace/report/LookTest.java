package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LookTest {

    @Test
    void thirteenArmsLookDifferentInTheirLinesAndInTheirPoints() {
        List<Look> looks = IntStream.range(0, 13).mapToObj(Look::at).toList();
        assertThat(looks.stream().map(each -> each.color() + Arrays.toString(each.dashes())))
                .doesNotHaveDuplicates();
        assertThat(looks.stream().map(each -> each.color() + " " + each.corners()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aPointIsAsLargeAsItIsAskedToBe() {
        for (int place = 0; place < 5; place++) {
            assertThat(Look.at(place).point(50, 50, 10).getBounds2D().getWidth())
                    .isBetween(19.0, 24.0);
        }
    }
}
