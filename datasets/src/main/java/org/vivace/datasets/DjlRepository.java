package org.vivace.datasets;

import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Files that DJL downloads for one of its own data sets.
 *
 * @param resource the data set
 * @param files DJL's name for each file, and ours
 */
record DjlRepository(MRL resource, Map<String, String> files) implements Source {

    @Override
    public String title() {
        return "DJL's download " + resource.getGroupId() + ":" + resource.getArtifactId();
    }

    @Override
    public Path fetch(Path scratch) throws IOException {
        try {
            Artifact artifact = prepared();
            for (Map.Entry<String, String> file : files.entrySet()) {
                Artifact.Item item = artifact.getFiles().get(file.getKey());
                try (InputStream content = resource.getRepository().openStream(item, null)) {
                    Files.copy(content, scratch.resolve(file.getValue()));
                }
            }
            return scratch;
        } catch (UnknownHostException noNetwork) {
            throw new IOException("no connection to " + noNetwork.getMessage(), noNetwork);
        } catch (RuntimeException unreadable) {
            // The answer may come from elsewhere, such as a network's sign-in page, and is then not the JSON that DJL
            // parses.
            throw new IOException("DJL could not read the answer: " + unreadable.getMessage(), unreadable);
        }
    }

    /** DJL's offline mode still allows the first download, so it is checked here. */
    private Artifact prepared() throws IOException {
        boolean cachedOnly = Utils.isOfflineMode() && resource.getRepository().isRemote();
        Path description = resource.getRepository()
                .getCacheDirectory()
                .resolve(resource.toURI().getPath())
                .resolve("metadata.json");
        if (cachedOnly && !Files.exists(description)) {
            throw new IOException("DJL is set to offline and has no copy");
        }
        Artifact artifact = resource.getDefaultArtifact();
        if (artifact == null || !artifact.getFiles().keySet().containsAll(files.keySet())) {
            throw new IOException("expected the files " + files.keySet() + ", found "
                    + (artifact == null
                            ? "no such data set"
                            : artifact.getFiles().keySet()));
        }
        if (cachedOnly && !resource.isPrepared(artifact)) {
            throw new IOException("DJL is set to offline and has no copy");
        }
        resource.prepare(artifact);
        return artifact;
    }
}
