package dev.caisson.publish.vsphere;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.json.JsonObject;
import dev.caisson.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Uploads a package as an item of a content library. As with machines, an item bears its name only when it is whole, and its
 * description the digest of the package.
 */
final class LibraryUpload {
    private static final String ITEM = "/rest/com/vmware/content/library/item";
    private static final String SESSION = ITEM + "/update-session";
    private static final String FILE = ITEM + "/updatesession/file";
    private static final int MOST_POLLS = 1_800;
    private static final String DIGEST_MARK = "SHA-256 of the OVA: ";

    private final LibraryClient client;
    private final OvaRequest request;
    private final String libraryName;
    private final Progress progress;

    LibraryUpload(LibraryClient client, OvaRequest request, OvaRequest.LibraryItem place, Progress progress) {
        this.client = client;
        this.request = request;
        this.libraryName = place.library();
        this.progress = progress;
    }

    OvaPublication run() throws IOException, BuildException {
        String library = library();
        Optional<String> there = item(library, request.name());
        if (there.isPresent()) {
            String description = client.read(ITEM + "/id:" + there.get(), true)
                    .optionalString("description")
                    .orElse("");
            if (description.contains(DIGEST_MARK + request.digest())) {
                return publication(there.get(), 0, true);
            }
            if (!description.contains(DIGEST_MARK) || !request.replace()) {
                throw new BuildException(
                        FailureCode.PUBLISHING,
                        "the library " + libraryName + " has another item " + request.name(),
                        description.contains(DIGEST_MARK)
                                ? "choose another --name, or give --replace"
                                : "choose another --name");
            }
        }
        Optional<String> left = item(library, request.unfinishedName());
        if (left.isPresent()) {
            progress.note("taking away " + request.unfinishedName() + ", which an earlier run has left");
            delete(left.get());
        }
        return upload(library, there);
    }

    private String library() throws IOException, BuildException {
        List<String> found = client.find(
                "/rest/com/vmware/content/library",
                JsonObject.of().put("name", libraryName).put("type", "LOCAL"));
        if (found.size() != 1) {
            throw new BuildException(
                    FailureCode.PUBLISHING,
                    "there " + (found.isEmpty() ? "is no local content library " : "are several content libraries ")
                            + libraryName,
                    "see --library");
        }
        return found.get(0);
    }

    private Optional<String> item(String library, String name) throws IOException {
        return client.find(ITEM, JsonObject.of().put("name", name).put("library_id", library)).stream()
                .findFirst();
    }

    private void delete(String item) throws IOException {
        client.change("DELETE", ITEM + "/id:" + item, Optional.empty());
    }

    private OvaPublication upload(String library, Optional<String> replaced) throws IOException, BuildException {
        String item = client.change(
                        "POST",
                        ITEM,
                        Optional.of(spec(
                                "create_spec",
                                JsonObject.of()
                                        .put("library_id", library)
                                        .put("name", request.unfinishedName())
                                        .put("description", "An upload that has not ended")
                                        .put("type", "ovf"))))
                .orElseThrow(() -> new IOException("the server has not said which item it has made"));
        try {
            long sent = fill(item);
            if (replaced.isPresent()) {
                delete(replaced.get());
            }
            client.change(
                    "PATCH",
                    ITEM + "/id:" + item,
                    Optional.of(spec(
                            "update_spec",
                            JsonObject.of()
                                    .put("name", request.name())
                                    .put(
                                            "description",
                                            request.description() + "\n" + DIGEST_MARK + request.digest()))));
            return publication(item, sent, false);
        } catch (IOException | RuntimeException e) {
            takeBack(item, e);
            throw e;
        }
    }

    private static JsonObject spec(String name, JsonObject value) {
        return JsonObject.of().put(name, value);
    }

    private long fill(String item) throws IOException {
        String session = client.change(
                        "POST",
                        SESSION,
                        Optional.of(spec("create_spec", JsonObject.of().put("library_item_id", item))))
                .orElseThrow(() -> new IOException("the server has not said which session it has made"));
        try {
            long sent = 0;
            Map<String, ByteSource> files = files();
            long total = files.values().stream().mapToLong(ByteSource::size).sum();
            for (Map.Entry<String, ByteSource> file : files.entrySet()) {
                send(session, file.getKey(), file.getValue(), sent, total);
                sent += file.getValue().size();
            }
            client.change("POST", SESSION + "/id:" + session + "?~action=complete", Optional.empty());
            waitFor(session);
            return sent;
        } catch (IOException | RuntimeException e) {
            try {
                client.change("POST", SESSION + "/id:" + session + "?~action=cancel", Optional.empty());
            } catch (IOException cancel) {
                e.addSuppressed(cancel);
            }
            throw e;
        }
    }

    /** Everything that is in the package, each file by itself, as the library keeps it. */
    private Map<String, ByteSource> files() {
        Map<String, ByteSource> files = new LinkedHashMap<>();
        request.ova().members().forEach(files::put);
        return files;
    }

    private void send(String session, String name, ByteSource content, long before, long total) throws IOException {
        Digest digest = Optional.ofNullable(request.ova().digests().get(name))
                .filter(d -> d.algorithm() == DigestAlgorithm.SHA256)
                .orElse(DigestAlgorithm.SHA256.of(content));
        JsonObject file = JsonObject.of()
                .put("name", name)
                .put("source_type", "PUSH")
                .put("size", content.size())
                .put("checksum_info", JsonObject.of().put("algorithm", "SHA256").put("checksum", digest.hex()));
        JsonObject place = client.post(FILE + "/id:" + session + "?~action=add", spec("file_spec", file))
                .object("upload_endpoint");
        client.upload(
                URI.create(place.string("uri")),
                place.optionalString("ssl_certificate_thumbprint"),
                content,
                sent -> progress.count("upload", before + sent, total, true));
    }

    private void waitFor(String session) throws IOException {
        for (int i = 0; i < MOST_POLLS; i++) {
            JsonObject now = client.read(SESSION + "/id:" + session, true);
            String state = now.optionalString("state").orElse("");
            if (state.equals("DONE")) {
                return;
            }
            if (state.equals("ERROR") || state.equals("CANCELED")) {
                String message =
                        now.get("error_message").map(JsonValue::toString).orElse(state);
                throw new IOException("the library does not take the files: " + message);
            }
            client.sleep(1_000);
        }
        throw new IOException("the library does not come to an end with the files");
    }

    private void takeBack(String item, Exception why) {
        try {
            delete(item);
        } catch (IOException e) {
            why.addSuppressed(e);
            progress.warning(request.unfinishedName() + " may be left in the library; the next run takes it away");
        }
    }

    private OvaPublication publication(String item, long sent, boolean unchanged) {
        return new OvaPublication("", "library item", request.name(), item, request.digest(), sent, unchanged);
    }
}
