package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Application;
import ai.djl.repository.MRL;
import ai.djl.repository.RemoteRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void keepDjlOutOfTheUsersCache() {
        System.setProperty("DJL_CACHE_DIR", folder.resolve("djl").toString());
        System.setProperty("ai.djl.offline", "true");
    }

    @AfterEach
    void restore() {
        System.clearProperty("DJL_CACHE_DIR");
        System.clearProperty("ai.djl.offline");
    }

    @Test
    void aDebianPackageIsDownloadedAndUnpackedNotInstalled() throws IOException {
        List<String> commands = new ArrayList<>();
        Command recorder = (where, words) -> {
            commands.add(String.join(" ", words));
            if (words[0].equals("apt-get")) {
                Files.createFile(where.resolve("tiny_1-1_all.deb"));
            }
        };
        Source source = new DebianPackage("tiny", "usr/share/tiny", recorder);

        assertThat(source.title()).isEqualTo("apt-get download tiny");
        assertThat(source.fetch(folder)).isEqualTo(folder.resolve("unpacked/usr/share/tiny"));
        assertThat(commands).containsExactly("apt-get download tiny", "dpkg-deb --extract tiny_1-1_all.deb unpacked");
    }

    @Test
    void aDownloadWithoutAnArchiveIsAReason() {
        assertThatThrownBy(() -> new DebianPackage("tiny", "x", (where, words) -> {}).fetch(folder))
                .hasMessage("apt-get left no .deb file");
    }

    @Test
    void aRealArchiveIsUnpacked() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg-deb")), "needs dpkg-deb");
        Path tree = Files.createDirectories(folder.resolve("tree/usr/share/tiny"));
        Files.writeString(tree.resolve("hello.bin"), "hello");
        Files.writeString(
                Files.createDirectories(folder.resolve("tree/DEBIAN")).resolve("control"),
                "Package: tiny\nVersion: 1\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: tiny\n");
        Command noNetwork = (where, words) -> {
            if (words[0].equals("apt-get")) {
                Command.SYSTEM.run(where, "dpkg-deb", "--build", "tree", "tiny.deb");
            } else {
                Command.SYSTEM.run(where, words);
            }
        };

        Path unpacked = new DebianPackage("tiny", "usr/share/tiny", noNetwork).fetch(folder);
        assertThat(DataCacheTest.HELLO.read(unpacked)).hasSize(5);
    }

    @Test
    void aMissingProgramIsNamed() {
        assertThatThrownBy(() -> Command.SYSTEM.run(folder, "no-such-program-here", "x"))
                .isInstanceOf(IOException.class)
                .hasMessage("no-such-program-here is not on this machine");
    }

    @Test
    void aFailingProgramIsQuotedWithItsLastWords() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell");

        assertThatThrownBy(() -> Command.SYSTEM.run(folder, "sh", "-c", "echo first; echo 'E: no package' >&2; exit 3"))
                .hasMessage("sh ended with status 3, output: E: no package");
        assertThatThrownBy(() -> Command.SYSTEM.run(folder, "sh", "-c", "exit 1"))
                .hasMessage("sh ended with status 1, output: none");
    }

    @Test
    void whatDjlHasDownloadedIsFoundUnderItsNamesAndKeptUnderOurs() throws IOException {
        // As DJL leaves it in its cache: the description, and the files unpacked, without their endings.
        Path cached = Files.createDirectories(folder.resolve("djl/cache/repo/dataset/cv/org/example/tiny/1.0"));
        Files.writeString(cached.resolve("hello"), "hello");
        Files.writeString(cached.resolveSibling("metadata.json"), """
                {"metadataVersion": "0.2", "resourceType": "dataset", "application": "cv",
                 "groupId": "org.example", "artifactId": "tiny", "name": "tiny", "artifacts": [
                 {"version": "1.0", "snapshot": false, "files": {
                  "train_data": {"uri": "1.0/hello.gz", "sha1Hash": "00", "size": 25}}}]}
                """);
        Path scratch = Files.createDirectories(folder.resolve("scratch"));

        Source source = new DjlRepository(remote(), Map.of("train_data", "hello.bin"));
        assertThat(source.title()).isEqualTo("DJL's download org.example:tiny");
        assertThat(DataCacheTest.HELLO.read(source.fetch(scratch))).hasSize(5);
        assertThatThrownBy(() -> new DjlRepository(remote(), Map.of("labels", "l")).fetch(scratch))
                .hasMessage("expected the files [labels], found [train_data]");
    }

    @Test
    void offlineMeansOffline() {
        assertThatThrownBy(() -> new DjlRepository(remote(), Map.of()).fetch(folder))
                .hasMessage("DJL is set to offline and has no copy");
    }

    @Test
    void anAnswerThatIsNotDjlsIsAReason() throws IOException {
        Path cached = Files.createDirectories(folder.resolve("djl/cache/repo/dataset/cv/org/example/tiny"));
        Files.writeString(cached.resolve("metadata.json"), "<html>Please sign in</html>");

        assertThatThrownBy(() -> new DjlRepository(remote(), Map.of()).fetch(folder))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("DJL could not read the answer: ");
    }

    private MRL remote() {
        return new RemoteRepository("test", folder.resolve("nowhere").toUri())
                .dataset(Application.CV.ANY, "org.example", "tiny", "1.0");
    }
}
