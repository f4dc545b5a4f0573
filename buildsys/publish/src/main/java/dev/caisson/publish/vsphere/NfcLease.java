package dev.caisson.publish.vsphere;

import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.Progress;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The right to write the disks of a machine that is being imported. The server takes it back when nobody reports progress for a
 * while (usually five minutes), and the half-made machine with it.
 */
final class NfcLease {
    private static final int MOST_POLLS = 600;
    private static final int UPLOAD_TRIES = 3;
    private static final long REPORT_NANOS = 10_000_000_000L;

    private final VimSession session;
    private final ManagedObject lease;
    private final Progress progress;
    private long reported = System.nanoTime();

    NfcLease(VimSession session, ManagedObject lease, Progress progress) {
        this.session = session;
        this.lease = lease;
        this.progress = progress;
    }

    /** A file that the server wants, and the name of its device. */
    record Wanted(String device, String path, boolean create) {
        static List<Wanted> of(XmlElement importSpec) {
            List<Wanted> all = new ArrayList<>();
            for (XmlElement item : importSpec.children("fileItem")) {
                all.add(new Wanted(
                        item.text("deviceId"),
                        item.text("path"),
                        item.text("create").equals("true")));
            }
            return all;
        }
    }

    private record Place(URI address, Optional<String> thumbprint) {}

    /** Waits until the machine is there; its reference. */
    ManagedObject ready() throws IOException {
        return info().required("entity").reference();
    }

    private XmlElement info() throws IOException {
        for (int i = 0; i < MOST_POLLS; i++) {
            Map<String, XmlElement> now = session.properties(lease, "state", "info", "error");
            String state = now.containsKey("state") ? now.get("state").text() : "";
            if (state.equals("ready") && now.containsKey("info")) {
                return now.get("info");
            }
            if (state.equals("error") || state.equals("done")) {
                String text = now.containsKey("error") ? now.get("error").text("localizedMessage") : state;
                throw new IOException("the import has ended before its disks were sent: " + text);
            }
            session.sleep(1_000);
        }
        throw new IOException("the import does not begin");
    }

    /**
     * Sends all files.
     *
     * @return bytes sent
     */
    long upload(List<Wanted> wanted, Map<String, ByteSource> files) throws IOException {
        Map<String, Place> places = places(info());
        long total = 0;
        for (Wanted file : wanted) {
            ByteSource content = files.get(file.path);
            if (content == null) {
                throw new IOException("the server asks for " + file.path + ", which is not in the package");
            }
            total += content.size();
        }
        long before = 0;
        for (Wanted file : wanted) {
            Place place = places.get(file.device);
            if (place == null) {
                throw new IOException("the server has no place for " + file.path + " (" + file.device + ")");
            }
            upload(file, place, files.get(file.path), before, total);
            before += files.get(file.path).size();
        }
        return total;
    }

    private Map<String, Place> places(XmlElement info) {
        Map<String, Place> places = new LinkedHashMap<>();
        URI server = session.transport().server().address();
        for (XmlElement device : info.children("deviceUrl")) {
            URI address =
                    URI.create(device.text("url").replaceFirst("^https?://\\*", "https://" + server.getRawAuthority()));
            Optional<String> thumbprint =
                    address.getHost() != null && address.getHost().equals(server.getHost())
                            ? Optional.empty()
                            : ServerTrust.thumbprint(device.text("sslThumbprint"));
            places.put(device.text("importKey"), new Place(address, thumbprint));
        }
        return places;
    }

    private void upload(Wanted file, Place place, ByteSource content, long before, long total) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/x-vnd.vmware-streamVmdk");
        if (file.create) {
            headers.put("Overwrite", "t");
        }
        for (int i = 1; ; i++) {
            try {
                Transport.Answer answer = session.transport()
                        .upload(
                                file.create ? "PUT" : "POST",
                                place.address,
                                place.thumbprint,
                                headers,
                                content,
                                sent -> sent(before + sent, total));
                if (answer.status() / 100 == 2) {
                    return;
                }
                throw new IOException(file.path + ": HTTP status " + answer.status());
            } catch (IOException e) {
                if (i == UPLOAD_TRIES) {
                    throw e;
                }
                progress.warning(file.path + " is sent again: " + e.getMessage());
                session.sleep(2_000L * i);
            }
        }
    }

    private void sent(long bytes, long total) {
        progress.count("upload", bytes, total, true);
        long now = System.nanoTime();
        if (now - reported > REPORT_NANOS) {
            reported = now;
            try {
                report((int) Math.min(99, bytes * 100 / Math.max(1, total)));
            } catch (IOException e) {
                // The next report may get through, and the upload itself shows whether the server is still there.
            }
        }
    }

    private void report(int percent) throws IOException {
        session.call("HttpNfcLeaseProgress", lease, body -> body.value("percent", Integer.toString(percent)));
    }

    /** All disks are there. */
    void complete() throws IOException {
        report(100);
        session.call("HttpNfcLeaseComplete", lease, body -> {});
    }

    /** Gives everything up. */
    void abort() throws IOException {
        session.call("HttpNfcLeaseAbort", lease, body -> {});
    }
}
