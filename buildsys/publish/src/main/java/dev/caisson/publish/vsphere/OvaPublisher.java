package dev.caisson.publish.vsphere;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import java.io.IOException;

/** Publishes packages to a server. */
public final class OvaPublisher {
    private final VsphereServer server;
    private final Pause pause;
    private final Progress progress;

    /** A publisher to this server. */
    public OvaPublisher(VsphereServer server, Pause pause, Progress progress) {
        this.server = server;
        this.pause = pause;
        this.progress = progress;
    }

    /**
     * Publishes. When the same is there already, nothing is sent; after a failure, nothing of it is left, unless the server could
     * not be reached any more.
     *
     * @throws BuildException with {@link FailureCode#PUBLISHING} when it did not work, and why
     */
    public OvaPublication publish(OvaRequest request) throws BuildException {
        if (!request.problems().isEmpty()) {
            throw new BuildException(FailureCode.PUBLISHING, String.join("\n", request.problems()), "");
        }
        try {
            Transport transport = new Transport(server);
            return request.destination() instanceof OvaRequest.Machine machine
                    ? machine(transport, request, machine)
                    : item(transport, request, (OvaRequest.LibraryItem) request.destination());
        } catch (SoapFault e) {
            throw failure(e, e.type().equals("InvalidLogin") ? "check user name and password" : "");
        } catch (IOException e) {
            boolean certificate = e.getMessage() != null && e.getMessage().contains("certif");
            throw failure(e, certificate ? "give --ca with the authority's certificate, or --thumbprint" : "");
        }
    }

    private static BuildException failure(IOException e, String hint) {
        return new BuildException(FailureCode.PUBLISHING, "publishing failed: " + e.getMessage(), hint, e);
    }

    private OvaPublication machine(Transport transport, OvaRequest request, OvaRequest.Machine machine)
            throws IOException, BuildException {
        try (VimSession session = new VimSession(transport, pause)) {
            session.open();
            return new MachineImport(session, request, machine, progress).run();
        }
    }

    private OvaPublication item(Transport transport, OvaRequest request, OvaRequest.LibraryItem item)
            throws IOException, BuildException {
        try (LibraryClient client = new LibraryClient(transport, pause)) {
            client.open();
            return new LibraryUpload(client, request, item, progress).run();
        }
    }
}
