package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.OptimizerChanges;

class CatalogueTest {

    @Test
    void aRecipeIsReadWithItsArguments() {
        assertThat(Catalogue.parse("MixedPrecision(fp16), SequenceLengthWarmup(0.25),FusedAdamW"))
                .extracting(EfficiencyMethod::label)
                .containsExactly("MixedPrecision(fp16)", "SequenceLengthWarmup(0.25)", "FusedAdamW");
        assertThat(Catalogue.parse("Muon(2,0.9,4)")).containsExactly(new Muon(2, 0.9, 4, OptimizerChanges.none()));
        assertThat(Catalogue.parse("ActivationCheckpointing(2)")).containsExactly(ActivationCheckpointing.every(2));
    }

    @Test
    void whatIsLeftOutIsTheDefault() {
        assertThat(Catalogue.parse("MixedPrecision,SequenceLengthWarmup(),mixedprecision(BF16)"))
                .containsExactly(MixedPrecision.bf16(), new SequenceLengthWarmup(), MixedPrecision.bf16());
        assertThat(Catalogue.parse(" ")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Mixed | there is no method Mixed: did you mean MixedPrecision or
            FusedAdam | there is no method FusedAdam: did you mean FusedAdamW or
            MixedPrecision(bf17) | MixedPrecision: expected bf16 or fp16, got 'bf17': 'vivace methods' lists the arguments
            SequenceLengthWarmup(long) | SequenceLengthWarmup: expected a number, got 'long'
            SequenceLengthWarmup(1.5) | SequenceLengthWarmup: expected a share of the run in (0, 1], got 1.5
            ActivationCheckpointing(1.5) | ActivationCheckpointing: expected a whole number, got '1.5'
            ActivationCheckpointing(0) | ActivationCheckpointing: expected every >= 1, got 0
            FusedSgd(3) | FusedSgd takes no arguments, got 3 more: remove it
            Muon(0) | Muon: expected a rate > 0 as a multiple of the run's, got 0.0
            Muon(1,0.9,5,2) | Muon takes arguments (rate as a multiple of the run's, momentum, steps), got 2 more
            MixedPrecision(bf16,3) | MixedPrecision takes arguments (bf16|fp16), got 3 more: remove it
            MixedPrecision(bf16 | got 'MixedPrecision(bf16': separate methods by commas and close every bracket
            FusedSgd,,FusedAdamW | got '': separate methods by commas
            """)
    void errorsSayWhatWasExpected(String recipe, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalogue.parse(recipe))
                .withMessageContaining(message);
    }

    @Test
    void everyMethodIsListed() throws Exception {
        Path classes = Path.of(
                        VivaceMethods.class.getResource("VivaceMethods.class").toURI())
                .getParent();
        try (Stream<Path> files = Files.list(classes)) {
            List<String> methods = files.map(file -> file.getFileName().toString())
                    .filter(name ->
                            name.endsWith(".class") && !name.contains("$") && !name.equals("package-info.class"))
                    .map(name -> "org.vivace.methods." + name.replace(".class", ""))
                    .filter(CatalogueTest::isMethod)
                    .map(name -> name.substring(name.lastIndexOf('.') + 1))
                    .toList();
            assertThat(methods).isNotEmpty();
            assertThat(Catalogue.all()).extracting(CatalogueEntry::name).containsExactlyInAnyOrderElementsOf(methods);
        }
    }

    @Test
    void everyEntryMakesTheMethodOfItsName() {
        assertThat(Catalogue.all())
                .allSatisfy(entry -> assertThat(entry.byDefault().name()).isEqualTo(entry.name()));
    }

    private static boolean isMethod(String name) {
        try {
            return EfficiencyMethod.class.isAssignableFrom(Class.forName(name));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
