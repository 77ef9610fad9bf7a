package org.vivace.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A data set of files that are in a folder of this machine or in the cache, or are fetched into the cache.
 *
 * @param installed folders where the files may have been installed otherwise, searched before the cache
 * @param remote the sources to fetch them from, in order
 * @param advice what a user can do if every source has failed
 */
record FetchedDataSet(
        String name,
        String about,
        List<DataFile> files,
        List<Path> installed,
        DataCache cache,
        List<Source> remote,
        String advice)
        implements DataSet {

    @Override
    public long bytes() {
        return files.stream().mapToLong(DataFile::bytes).sum();
    }

    @Override
    public List<String> sources() {
        return Stream.concat(
                        folders().stream().map(Path::toString), remote.stream().map(Source::title))
                .toList();
    }

    @Override
    public Optional<String> found() {
        return folder().map(Path::toString);
    }

    @Override
    public String fetch() throws IOException {
        Path folder = obtain();
        for (DataFile file : files) {
            file.read(folder);
        }
        return folder.toString();
    }

    /** The folder with the files, fetched if there is none yet. They are verified when read. */
    Path obtain() throws IOException {
        Optional<Path> folder = folder();
        return folder.isPresent() ? folder.get() : download();
    }

    private Optional<Path> folder() {
        return folders().stream()
                .filter(folder ->
                        files.stream().allMatch(file -> file.in(folder).isPresent()))
                .findFirst();
    }

    private List<Path> folders() {
        return Stream.concat(installed.stream(), Stream.of(cache.folder(name))).toList();
    }

    private Path download() throws IOException {
        List<String> reasons = new ArrayList<>();
        for (Path folder : folders()) {
            reasons.add(folder + " (does not hold all of its files)");
        }
        Files.createDirectories(cache.root());
        for (Source source : remote) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException(
                        "interrupted before fetching " + name + " from " + source.title() + ": fetch it again");
            }
            try (Scratch scratch = Scratch.in(cache.root())) {
                putMissing(source, scratch.folder());
                return cache.folder(name);
            } catch (InterruptedIOException | ClosedByInterruptException interrupted) {
                // Not the source's fault, so no other source is tried.
                throw interrupted;
            } catch (FullDisk full) {
                throw full.of(name, bytes(), cache.root());
            } catch (IOException reason) {
                String why = Objects.requireNonNullElse(reason.getMessage(), reason.toString());
                reasons.add(source.title() + " (" + why + ")");
            }
        }
        throw new IOException("expected " + name + " from one of " + reasons.size() + " sources, found it in none of "
                + String.join("; ", reasons) + ": " + advice);
    }

    /** Correct files from an interrupted fetch stay in the cache. */
    private void putMissing(Source source, Path scratch) throws IOException {
        try {
            Path folder = source.fetch(scratch);
            for (DataFile file : files) {
                if (!file.isWholeIn(cache.folder(name))) {
                    try (InputStream content = file.open(folder)) {
                        cache.put(name, file, content);
                    }
                }
            }
        } catch (InterruptedIOException | ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (IOException reason) {
            throw FullDisk.or(reason, cache.root());
        }
    }
}
