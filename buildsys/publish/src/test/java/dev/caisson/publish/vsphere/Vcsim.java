package dev.caisson.publish.vsphere;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.SuppressForbidden;
import dev.caisson.fixture.Oracle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * govmomi's simulator of a vCenter as a process of its own, built once from Debian's sources into the folder of test tools
 * ({@code CAISSON_TEST_CACHE}).
 */
@SuppressForbidden(reason = "tests start an independent simulator")
final class Vcsim implements AutoCloseable {
    static final String USER = "tester";
    static final String PASSWORD = "s3cr3t-Pass";
    private static final Path SOURCES = Path.of("/usr/share/gocode/src/github.com/vmware/govmomi/vapi/simulator");

    private final Process process;
    private final BufferedReader out;
    private final Writer in;
    private final URI address;

    private Vcsim(Process process, BufferedReader out, URI address) {
        this.process = process;
        this.out = out;
        this.in = process.outputWriter(StandardCharsets.UTF_8);
        this.address = address;
    }

    /**
     * A machine of the simulator.
     *
     * @param template whether it is a template
     * @param digest the setting with the package's digest, or empty
     */
    record Machine(String name, boolean template, int disks, int pvscsi, int cpus, int memoryMib, String digest) {}

    static Vcsim start() throws Exception {
        Path go = Oracle.require("go", "golang-go");
        if (!Files.isDirectory(SOURCES)) {
            throw Oracle.missing("the simulator's sources are missing: install the Debian package"
                    + " golang-github-vmware-govmomi-dev");
        }
        Process process = new ProcessBuilder(program(go).toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String host = out.readLine();
        if (host == null || host.startsWith("error")) {
            process.destroy();
            throw new IOException("the simulator does not start: " + host);
        }
        return new Vcsim(process, out, URI.create("https://" + host));
    }

    /** The program for this very source and machine; several test runs may build it at once. */
    private static Path program(Path go) throws Exception {
        byte[] source;
        try (InputStream stream = Vcsim.class.getResourceAsStream("vcsim.go")) {
            source = stream.readAllBytes();
        }
        String cache = System.getenv("CAISSON_TEST_CACHE");
        Path folder = cache == null || cache.isEmpty()
                ? Path.of(System.getProperty("caisson.root", "../.."), "target", "test-tools")
                : Path.of(cache);
        folder = Files.createDirectories(folder.toAbsolutePath().normalize().resolve("vcsim"));
        Path program = folder.resolve(
                "vcsim-" + DigestAlgorithm.SHA256.of(source).hex().substring(0, 16));
        if (!Files.isExecutable(program)) {
            Path work = Files.createTempDirectory(folder, ".build");
            Path main = Files.write(work.resolve("main.go"), source);
            Path made = work.resolve("vcsim");
            ProcessBuilder build = new ProcessBuilder(go.toString(), "build", "-o", made.toString(), main.toString())
                    .redirectErrorStream(true);
            build.environment().put("GO111MODULE", "off");
            build.environment().put("GOFLAGS", "");
            build.environment().put("GOPATH", "/usr/share/gocode");
            build.environment().put("GOCACHE", folder.resolve("go-cache").toString());
            Process process = build.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("the simulator cannot be built: " + output);
            }
            Files.move(made, program, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.delete(main);
            Files.delete(work);
        }
        return program;
    }

    URI address() {
        return address;
    }

    /** What machines there are, by name, as the simulator itself says. */
    Map<String, Machine> machines() {
        try {
            in.write("show\n");
            in.flush();
            Map<String, Machine> machines = new TreeMap<>();
            for (String line = out.readLine(); !"end".equals(line); line = out.readLine()) {
                if (line == null || !line.startsWith("vm\t")) {
                    throw new IOException("the simulator says " + line);
                }
                String[] f = line.split("\t", -1);
                Machine machine = new Machine(
                        f[1],
                        f[2].equals("true"),
                        Integer.parseInt(f[3]),
                        Integer.parseInt(f[4]),
                        Integer.parseInt(f[5]),
                        Integer.parseInt(f[6]),
                        f[7]);
                machines.put(machine.name(), machine);
            }
            return machines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the machines that are not the simulator's own. */
    List<String> imported() {
        List<String> names = new ArrayList<>(machines().keySet());
        names.removeIf(name -> name.startsWith("DC0_"));
        return names;
    }

    /** SHA-256 of the certificate that a server shows. */
    static String thumbprint(URI address) throws Exception {
        List<X509Certificate> seen = new ArrayList<>();
        X509TrustManager all = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {
                seen.add(chain[0]);
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {all}, null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(address.getHost(), address.getPort())) {
            socket.startHandshake();
        }
        return HexFormat.of()
                .formatHex(DigestAlgorithm.SHA256.of(seen.get(0).getEncoded()).bytes());
    }

    @Override
    public void close() throws IOException {
        in.close();
        try {
            if (!process.waitFor(10, java.util.concurrent.TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
