package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vivace.datasets.DataCacheTest.HELLO;
import static org.vivace.datasets.DataCacheTest.namesBelow;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchedDataSetTest {
    @TempDir
    Path root;

    @FunctionalInterface
    private interface Get {
        Path from(Path scratch) throws IOException;
    }

    private record Named(String title, Get get) implements Source {
        @Override
        public Path fetch(Path scratch) throws IOException {
            return get.from(scratch);
        }
    }

    private static final Source BROKEN = new Named("broken", scratch -> {
        Files.writeString(scratch.resolve("half"), "x");
        throw new IOException("no connection to example");
    });
    private static final Source CORRUPT = gives("corrupt", "jello");
    private static final Source GOOD = gives("good", "hello");

    @Test
    void theFirstSourceThatHasItIsTakenAndTheNextNotAsked() throws IOException {
        Source never = new Named("never", scratch -> {
            throw new AssertionError("asked although an earlier source had it");
        });
        FetchedDataSet set = set(BROKEN, CORRUPT, GOOD, never);

        assertThat(set.found()).isEmpty();
        assertThat(set.fetch()).isEqualTo(root.resolve("cache/greetings").toString());
        assertThat(set.found()).contains(root.resolve("cache/greetings").toString());
        assertThat(namesBelow(root.resolve("cache"))).containsExactly("hello.bin");
        assertThat(set(never).fetch()).isEqualTo(set.found().orElseThrow());
    }

    @Test
    void anInterruptIsNobodysFaultSoThatNoOtherSourceIsAsked() {
        Source never = new Named("never", scratch -> {
            throw new AssertionError("asked although the fetch was interrupted");
        });
        Source interrupted = new Named("interrupted", scratch -> {
            throw new InterruptedIOException("interrupted while npm was running: start it again");
        });
        assertThatThrownBy(() -> set(interrupted, never).fetch())
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("interrupted while npm was running: start it again");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> set(never).fetch())
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("interrupted before fetching greetings from never: fetch it again");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void nothingIsLeftBehindWhenAllFailAndEachSaysWhy() throws IOException {
        assertThatThrownBy(() -> set(BROKEN, CORRUPT).fetch())
                .isInstanceOf(IOException.class)
                .hasMessage("expected greetings from one of 4 sources, found it in none of "
                        + root.resolve("installed") + " (does not hold all of its files); "
                        + root.resolve("cache/greetings") + " (does not hold all of its files);"
                        + " broken (no connection to example);"
                        + " corrupt (hello.bin was not kept: expected 5 bytes with SHA-256 "
                        + HELLO.sha256()
                        + ", found 5 with 187c9bceeb919e1b3e6d20fa50ecabf7d9d50b5343e8f9a3d912abb13929102e"
                        + ": fetch it again, it came damaged or cut short): say hello yourself");
        assertThat(namesBelow(root.resolve("cache"))).isEmpty();
        assertThat(root.resolve("cache")).isDirectoryNotContaining("glob:**/.fetch*");
    }

    @Test
    void aSourceWithoutTheFileIsAReasonToo() {
        assertThatThrownBy(() -> set(new Named("empty", scratch -> scratch)).fetch())
                .hasMessageContaining("empty (expected hello.bin or hello.bin.gz in ");
    }

    @Test
    void anInstalledFolderIsUsedInPlace() throws IOException {
        Path installed = Files.createDirectories(root.resolve("installed"));
        Files.write(installed.resolve("hello.bin.gz"), DataFileTest.gzip("hello"));

        assertThat(set(BROKEN).fetch()).isEqualTo(installed.toString());
        assertThat(root.resolve("cache")).doesNotExist();
    }

    @Test
    void aDamagedCopyIsAnErrorAndNotQuietlyReplaced() throws IOException {
        Path cached = Files.createDirectories(root.resolve("cache/greetings"));
        Files.writeString(cached.resolve("hello.bin"), "jello");

        assertThatThrownBy(() -> set(GOOD).fetch())
                .hasMessageStartingWith(cached.resolve("hello.bin") + " is damaged: expected 5 bytes")
                .hasMessageEndingWith("delete it and fetch the data set again");
        Files.delete(cached.resolve("hello.bin"));
        assertThat(set(GOOD).fetch()).isEqualTo(cached.toString());
    }

    @Test
    void anInterruptedFetchGoesOnWhereItStopped() throws IOException {
        Source brokeOff = new Named("broke off", scratch -> {
            Files.writeString(scratch.resolve("hello.bin"), "hello");
            Files.writeString(scratch.resolve("world.bin"), "wor");
            return scratch;
        });
        Source onlyWorld = new Named("only world", scratch -> {
            Files.writeString(scratch.resolve("world.bin"), "world");
            return scratch;
        });
        Path hello = root.resolve("cache/greetings/hello.bin");

        assertThatThrownBy(() -> two(brokeOff).fetch()).hasMessageContaining("broke off (world.bin was not kept: ");
        assertThat(hello).hasContent("hello");
        assertThat(two().found()).isEmpty();
        Files.setLastModifiedTime(hello, FileTime.fromMillis(1_000_000));
        assertThat(two(onlyWorld).fetch()).isEqualTo(hello.getParent().toString());
        assertThat(Files.getLastModifiedTime(hello).toMillis()).isEqualTo(1_000_000);
        assertThat(namesBelow(root.resolve("cache"))).containsExactlyInAnyOrder("hello.bin", "world.bin");
    }

    @Test
    void whatTheNextSourceNeedNotGiveIsKeptFromTheOneBefore() throws IOException {
        Source onlyHello = gives("only hello", "hello");
        Source onlyWorld = new Named("only world", scratch -> {
            Files.writeString(scratch.resolve("world.bin"), "world");
            return scratch;
        });

        two(onlyHello, onlyWorld).fetch();
        assertThat(namesBelow(root.resolve("cache"))).containsExactlyInAnyOrder("hello.bin", "world.bin");
    }

    @Test
    void aDamagedPartOfAnInterruptedFetchIsFetchedAgain() throws IOException {
        Path cached = Files.createDirectories(root.resolve("cache/greetings"));
        Files.writeString(cached.resolve("hello.bin"), "hel");
        Source both = new Named("both", scratch -> {
            Files.writeString(scratch.resolve("hello.bin"), "hello");
            Files.writeString(scratch.resolve("world.bin"), "world");
            return scratch;
        });

        two(both).fetch();
        assertThat(cached.resolve("hello.bin")).hasContent("hello");
    }

    @Test
    void aPartialDownloadIsNeverTakenForWhole() throws IOException {
        Path cached = Files.createDirectories(root.resolve("cache/greetings"));
        Files.writeString(cached.resolve(".hello.bin123.partial"), "hello");

        assertThat(set().found()).isEmpty();
        assertThatThrownBy(() -> set(BROKEN).fetch()).hasMessageContaining("broken (no connection to example)");
        assertThat(set(GOOD).fetch()).isEqualTo(cached.toString());
    }

    @Test
    void sourcesAreListedInTheirOrder() {
        assertThat(set(BROKEN, GOOD).sources())
                .containsExactly(
                        root.resolve("installed").toString(),
                        root.resolve("cache/greetings").toString(),
                        "broken",
                        "good");
        assertThat(set().bytes()).isEqualTo(5);
    }

    /** {@code printf world | sha256sum} */
    private static final DataFile WORLD =
            new DataFile("world.bin", 5, "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7");

    private FetchedDataSet two(Source... remote) {
        FetchedDataSet one = set(remote);
        return new FetchedDataSet(
                one.name(), one.about(), List.of(HELLO, WORLD), List.of(), one.cache(), one.remote(), one.advice());
    }

    private static Source gives(String title, String content) {
        return new Named(title, scratch -> {
            Files.writeString(scratch.resolve("hello.bin"), content);
            return scratch;
        });
    }

    private FetchedDataSet set(Source... remote) {
        return new FetchedDataSet(
                "greetings",
                "a greeting",
                List.of(HELLO),
                List.of(root.resolve("installed")),
                new DataCache(root.resolve("cache")),
                List.of(remote),
                "say hello yourself");
    }
}
