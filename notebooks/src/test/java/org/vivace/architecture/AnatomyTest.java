package org.vivace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A method is a record, a test, a card and a notebook, under one name. The code in documents is code that tests run: that
 * of the cards, which is run as it is beside the methods, and that of all others, which is quoted from tests.
 */
class AnatomyTest {

    private static final List<String> HEADINGS = List.of(
            "Tl;dr",
            "In a cell",
            "In your own loop",
            "Defaults and where they come from",
            "What it costs",
            "When it hurts",
            "Measured here",
            "Paper");

    private static final Path CARDS = Project.root().resolve("methods/cards");
    private static final Path TESTS = Project.root().resolve("methods/src/test/java/org/vivace/methods");
    private static final Path NOTEBOOKS = Project.root().resolve("notebooks");
    private static final List<String> SOURCES = Quotes.testSources();

    @TestFactory
    Stream<DynamicTest> everyMethodHasItsTest() {
        return ArchitectureTest.methodNames().stream()
                .map(method -> DynamicTest.dynamicTest(
                        method,
                        () -> assertThat(TESTS.resolve(method + "Test.java")).isRegularFile()));
    }

    @TestFactory
    Stream<DynamicTest> everyMethodHasItsCard() {
        return ArchitectureTest.methodNames().stream()
                .map(method -> DynamicTest.dynamicTest(method, () -> checkCard(method)));
    }

    @TestFactory
    Stream<DynamicTest> everyMethodHasItsNotebook() {
        return ArchitectureTest.methodNames().stream()
                .map(method -> DynamicTest.dynamicTest(
                        method,
                        () -> assertThat(NOTEBOOKS.resolve(cardOf(method).replace(".md", ".ipynb")))
                                .isRegularFile()));
    }

    private static void checkCard(String method) {
        String card = Quotes.read(CARDS.resolve(cardOf(method)));
        assertThat(card).startsWith("# " + method + "\n");
        assertThat(headings(card)).isEqualTo(HEADINGS);
        assertThat(Arrays.stream(card.split("(?m)^## .*$", -1)).map(String::strip))
                .as("text under each heading")
                .doesNotContain("");
        assertThat(card.substring(0, card.indexOf("## In a cell")))
                .as("a formula in the first section")
                .containsPattern("(?m)^\\$.*\\$");
        assertThat(Quotes.javaBlocks(card)).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void everyCardHasItsMethod() throws IOException {
        try (Stream<Path> cards = Files.list(CARDS)) {
            assertThat(cards.map(card -> card.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(ArchitectureTest.methodNames().stream()
                            .map(AnatomyTest::cardOf)
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "CONTRIBUTING.md",
                "docs/workloads.md",
                "docs/loops.md",
                "docs/profiling.md",
                "docs/estimating.md",
                "docs/jupyter.md"
            })
    void documentsQuoteTests(String file) {
        String document = Quotes.read(Project.root().resolve(file));
        assertThat(Quotes.javaBlocks(document)).isNotEmpty();
        assertThat(Quotes.strays(document, SOURCES))
                .as("Java that no test runs")
                .isEmpty();
    }

    @Test
    void aStrayQuoteIsNoticed() {
        String quoted = "```java\nassertThat(headings(card))\n      .isEqualTo(HEADINGS);\n```\n";
        String stray = "```java\nassertThat(headings(card)).isEqualTo(" + "OTHERS);\n```\n";
        assertThat(Quotes.strays(quoted + stray, SOURCES)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "FusedAdamW,fused-adamw.md",
        "LowPrecisionLayerNorm,low-precision-layer-norm.md",
        "ChannelsLast,channels-last.md"
    })
    void aCardIsNamedAfterItsMethod(String method, String card) {
        assertThat(cardOf(method)).isEqualTo(card);
    }

    private static List<String> headings(String card) {
        return Pattern.compile("^## (.*)$", Pattern.MULTILINE)
                .matcher(card)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static String cardOf(String method) {
        return method.replaceAll("(?<=[a-z])(?=[A-Z][a-z])", "-").toLowerCase(Locale.ROOT) + ".md";
    }
}
