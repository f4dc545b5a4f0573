package dev.caisson.cli;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.ova.OvaPackage;
import dev.caisson.publish.Secret;
import dev.caisson.publish.vsphere.OvaPublication;
import dev.caisson.publish.vsphere.OvaPublishPlan;
import dev.caisson.publish.vsphere.OvaPublisher;
import dev.caisson.publish.vsphere.OvaRequest;
import dev.caisson.publish.vsphere.ServerTrust;
import dev.caisson.publish.vsphere.VsphereServer;
import dev.caisson.signing.Pem;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson publish ova}. */
@Command(
        name = "ova",
        mixinStandardHelpOptions = true,
        description = {
            "Imports a built OVA into VMware vSphere: as a virtual machine or template (OVF import), or with --library"
                    + " as an item of a content library.",
            "What is there already with the same content is left alone; what an earlier run has left is taken away;"
                    + " what fails is taken back.",
            "The server, user and password come from --server, --username and --password-file, else from"
                    + " VSPHERE_SERVER, VSPHERE_USER and VSPHERE_PASSWORD. The password is never printed."
        },
        footer = {
            "",
            "Examples:",
            "  caisson publish ova vmware-container-host --plan",
            "  caisson publish ova vmware-container-host --datastore ds1 --resource-pool cluster1 --template",
            "  caisson publish ova host.ova --server vc.example.org --library images --ca vcenter.pem",
            "  caisson publish ova host.ova --name node1 --property guestinfo.userdata=@node1.toml",
            "",
            "Exit codes: 0 done or there already, 2 usage, 3 invalid manifest, 9 the OVA is not what its manifest"
                    + " says,",
            "10 publishing failed."
        })
final class PublishOvaCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions options;

    @Option(names = "--plan", description = "Show what would be done, without a connection or credentials.")
    private boolean plan;

    @Option(names = "--server", paramLabel = "HOST", description = "The vCenter: a host, or an https: address.")
    private String server;

    @Option(names = "--username", paramLabel = "NAME", description = "The account.")
    private String username;

    @Option(names = "--password-file", paramLabel = "FILE", description = "A file whose first line is the password.")
    private Path passwordFile;

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM certificates of the authorities of the server.")
    private Path authorities;

    @Option(
            names = "--thumbprint",
            paramLabel = "HEX",
            description = "SHA-256 or SHA-1 of the server's certificate, instead of an authority.")
    private String thumbprint;

    @Option(names = "--name", paramLabel = "NAME", description = "Its name there; default: the OVA's file name.")
    private String name;

    @Option(names = "--library", paramLabel = "NAME", description = "Upload into this content library.")
    private String library;

    @Option(names = "--datacenter", paramLabel = "NAME", description = "Default: the only one.")
    private String datacenter;

    @Option(names = "--datastore", paramLabel = "NAME", description = "Where the disks go. Default: the only one.")
    private String datastore;

    @Option(names = "--folder", paramLabel = "PATH", description = "Folder of virtual machines. Default: the topmost.")
    private String folder;

    @Option(
            names = "--resource-pool",
            paramLabel = "PATH",
            description = "Cluster or host, or a pool below one: CLUSTER/POOL. Default: the only one.")
    private String pool;

    @Option(
            names = "--network",
            paramLabel = "[OVF=]NAME",
            description = "The network of the OVA's network. Default: the one of the same name.")
    private List<String> networks = new ArrayList<>();

    @Option(
            names = "--property",
            paramLabel = "KEY=VALUE",
            description = "Value of a property of the OVA; @FILE for a file's content. May be given several times.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(names = "--thick", description = "Store disks in full size.")
    private boolean thick;

    @Option(names = "--template", description = "Mark the machine as a template.")
    private boolean template;

    @Option(names = "--replace", description = "Take the place of another package that this command has published.")
    private boolean replace;

    @Parameters(paramLabel = "OVA", description = "An OVA, a build's folder, or a variant that was built.")
    private String given;

    @Override
    public boolean verbose() {
        return options.verbose;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        Path file = new BuiltFiles(options, err).file(given, ".ova");
        try (FileSource source = FileSource.open(file)) {
            OvaRequest request = request(file, source);
            if (plan) {
                OvaPublishPlan shown = new OvaPublishPlan(request, server(System.getenv()));
                print(shown.json(), shown.text());
                return 0;
            }
            publish(request);
        } catch (FormatException e) {
            throw new BuildException(FailureCode.VERIFICATION, file + ": " + e.getMessage(), "build it again", e);
        }
        return 0;
    }

    private OvaRequest request(Path file, FileSource source) throws IOException, BuildException {
        OvaPackage ova = OvaPackage.open(source);
        ova.verify();
        String base = file.getFileName().toString().replaceFirst("\\.ova$", "");
        try {
            OvaRequest request = new OvaRequest(
                    ova,
                    DigestAlgorithm.SHA256.of(source).hex(),
                    name == null ? base : name,
                    base,
                    replace,
                    destination());
            if (!request.problems().isEmpty()) {
                throw new BuildException(FailureCode.USAGE, String.join("\n", request.problems()), "");
            }
            return request;
        } catch (IllegalArgumentException e) {
            throw new BuildException(FailureCode.USAGE, "--name " + e.getMessage(), "");
        }
    }

    private OvaRequest.Destination destination() throws IOException, BuildException {
        if (library != null) {
            if (template || !properties.isEmpty() || datastore != null || folder != null || pool != null) {
                throw new BuildException(
                        FailureCode.USAGE,
                        "--library is for an item, which has no place, properties or --template",
                        "give them when the item is deployed");
            }
            return new OvaRequest.LibraryItem(library);
        }
        return new OvaRequest.Machine(
                Optional.ofNullable(datacenter),
                Optional.ofNullable(datastore),
                Optional.ofNullable(folder),
                Optional.ofNullable(pool),
                mapped(),
                !thick,
                values(),
                template);
    }

    /** A network alone is for all of the package's. */
    private Map<String, String> mapped() {
        Map<String, String> mapped = new LinkedHashMap<>();
        for (String network : networks) {
            int at = network.indexOf('=');
            mapped.put(at < 0 ? "" : network.substring(0, at), network.substring(at + 1));
        }
        return mapped;
    }

    private Map<String, String> values() throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        for (Map.Entry<String, String> property : properties.entrySet()) {
            String value = property.getValue();
            values.put(
                    property.getKey(),
                    value.startsWith("@")
                            ? Files.readString(Path.of(value.substring(1)), StandardCharsets.UTF_8)
                            : value);
        }
        return values;
    }

    private Optional<String> server(Map<String, String> environment) {
        return Optional.ofNullable(server == null ? environment.get("VSPHERE_SERVER") : server);
    }

    private void publish(OvaRequest request) throws Exception {
        TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr(), options.progress);
        OvaPublication done;
        try {
            done = new OvaPublisher(connection(System.getenv()), Thread::sleep, progress).publish(request);
        } finally {
            progress.finish();
        }
        print(
                JsonObject.of()
                        .put("server", done.server())
                        .put("kind", done.kind())
                        .put("name", done.name())
                        .put("id", done.id())
                        .put("sha256", done.digest())
                        .put("sent", done.sentBytes())
                        .put("unchanged", done.unchanged()),
                done.kind() + " " + done.name() + " (" + done.id() + ")"
                        + (done.unchanged() ? " was there already\n" : ", " + done.sentBytes() + " bytes sent\n"));
    }

    private void print(JsonObject json, String text) {
        spec.commandLine().getOut().print(options.json ? Json.pretty(json) : text);
        spec.commandLine().getOut().flush();
    }

    private VsphereServer connection(Map<String, String> environment) throws BuildException, IOException {
        if (options.offline) {
            throw new BuildException(FailureCode.USAGE, "--offline, but publishing needs the server", "use --plan");
        }
        String address = needed(server(environment), "--server", "VSPHERE_SERVER");
        String user = needed(
                Optional.ofNullable(username == null ? environment.get("VSPHERE_USER") : username),
                "--username",
                "VSPHERE_USER");
        String password = needed(
                passwordFile == null
                        ? Optional.ofNullable(environment.get("VSPHERE_PASSWORD"))
                        : Files.readAllLines(passwordFile, StandardCharsets.UTF_8).stream()
                                .findFirst(),
                "--password-file",
                "VSPHERE_PASSWORD");
        try {
            URI uri = URI.create(address.contains("://") ? address : "https://" + address);
            return new VsphereServer(uri, user, new Secret(password), trust());
        } catch (IllegalArgumentException e) {
            throw new BuildException(FailureCode.USAGE, "--server: " + e.getMessage(), "give a host name");
        }
    }

    private static String needed(Optional<String> value, String option, String variable) throws BuildException {
        return value.filter(text -> !text.isEmpty())
                .orElseThrow(() -> new BuildException(
                        FailureCode.USAGE, option + " is not given", "or set " + variable + " in the environment"));
    }

    private ServerTrust trust() throws IOException, BuildException {
        if (thumbprint != null && authorities != null) {
            throw new BuildException(FailureCode.USAGE, "--ca and --thumbprint exclude each other", "give one of them");
        }
        if (thumbprint != null) {
            return ServerTrust.ofThumbprint(thumbprint);
        }
        return authorities == null
                ? ServerTrust.ofMachine()
                : ServerTrust.ofAuthorities(Pem.readCertificates(Files.readAllBytes(authorities)));
    }
}
