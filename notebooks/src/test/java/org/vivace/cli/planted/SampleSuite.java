package org.vivace.cli.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Tests that end in each way; by its name no build takes it for a test. */
@Tag("sample")
class SampleSuite {

    @Test
    void passes() {
        assertThat(1 + 1).isEqualTo(2);
    }

    @Test
    void fails() {
        throw new IllegalStateException("two\nlines");
    }

    @Test
    void isSkipped() {
        assumeTrue(false, "needs a thing");
    }

    @TestFactory
    Stream<DynamicTest> both() {
        return Stream.of("one", "other").map(name -> DynamicTest.dynamicTest(name, this::passes));
    }

    @TestFactory
    Stream<DynamicTest> factoryIsSkipped() {
        assumeTrue(false, "needs a thing too");
        return Stream.empty();
    }
}
