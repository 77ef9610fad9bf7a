package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileRecordTest {

    @TempDir
    private Path folder;

    @Test
    void isReadBackAsItWasWritten() {
        ProfileRecord record = SampleProfile.language();
        assertThat(ProfileRecord.read(record.write(folder.resolve("record.json"))))
                .isEqualTo(record);
    }

    @Test
    void hasTheFieldsThatWerePromised() {
        JsonObject json =
                JsonParser.parseString(SampleProfile.language().toJson()).getAsJsonObject();
        assertThat(json.get("schema").getAsInt()).isEqualTo(1);
        JsonObject data = json.getAsJsonObject("split").getAsJsonObject("data");
        assertThat(data.get("millis").getAsDouble()).isEqualTo(4);
        assertThat(data.get("share").getAsDouble()).isEqualTo(0.04);
        JsonObject verdict = json.getAsJsonObject("verdict");
        assertThat(verdict.get("boundBy").getAsString()).isEqualTo("optimizer");
        assertThat(verdict.get("evidence").getAsString()).isEqualTo("updating takes 23 % of a step");
        assertThat(verdict.getAsJsonObject("shares").get("optimizer").getAsDouble())
                .isEqualTo(0.23);
        JsonObject remedy = verdict.getAsJsonArray("remedies").get(0).getAsJsonObject();
        assertThat(remedy.get("method").getAsString()).isEqualTo("Fused");
        assertThat(remedy.get("predictedGain").getAsDouble()).isEqualTo(1.2);
        assertThat(json.getAsJsonArray("blocks").get(0).getAsJsonObject().keySet())
                .containsExactly(
                        "path",
                        "kind",
                        "calls",
                        "forwardMillis",
                        "ownForwardMillis",
                        "backwardMillis",
                        "ownBackwardMillis",
                        "activationBytes");
        JsonObject bare = JsonParser.parseString(SampleProfile.language()
                        .withVerdict(Optional.empty())
                        .withInference(Optional.empty())
                        .toJson())
                .getAsJsonObject();
        assertThat(bare.keySet()).doesNotContain("verdict", "inference");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws Exception {
        Path file = folder.resolve("record.json");
        assertThatThrownBy(() -> ProfileRecord.read(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(file + " must be a record, found no such file: give its path");
        String text = SampleProfile.language().toJson();
        Files.writeString(file, text.replaceFirst("\"schema\": 1", "\"schema\": 2"));
        assertThatThrownBy(() -> ProfileRecord.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + " must have schema 1 or older, got 2: read it with a newer Vivace");
        Files.writeString(file, text.substring(0, text.length() / 2));
        assertThatThrownBy(() -> ProfileRecord.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + " must be a whole Vivace record, got a file that is cut short or something else:"
                        + " measure again or give another file");
    }

    @Test
    void needsToSayWhatItIsOf() {
        ProfileRecord record = SampleProfile.language();
        assertThatThrownBy(() -> ProfileRecord.of(null, "language", record.machine(), SampleProfile.profile()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a record must have the field command, got none: write it with the command that measures");
        assertThat(record.withSettings(Map.of("width", "8")).settings()).containsExactly(Map.entry("width", "8"));
        assertThat(record.withMethods(List.of("A")).methods()).containsExactly("A");
        assertThat(record.withNotes(List.of("n")).notes()).containsExactly("n");
    }
}
