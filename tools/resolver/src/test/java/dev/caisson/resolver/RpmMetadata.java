package dev.caisson.resolver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** As much of rpm-md's primary and filelists as the resolver's tests need. */
final class RpmMetadata {
    private final String repository;
    private final int priority;
    private final Map<String, List<String>> files;
    private final List<Candidate> candidates = new ArrayList<>();

    private RpmMetadata(String repository, int priority, Map<String, List<String>> files) {
        this.repository = repository;
        this.priority = priority;
        this.files = files;
    }

    static List<Candidate> read(Path folder, String repository, int priority) throws IOException {
        try {
            Map<String, List<String>> files = new HashMap<>();
            Path repodata = folder.resolve("repodata");
            if (Files.exists(repodata.resolve("filelists.xml.gz"))) {
                readFiles(repodata.resolve("filelists.xml.gz"), files);
            }
            RpmMetadata metadata = new RpmMetadata(repository, priority, files);
            try (InputStream in = new GZIPInputStream(Files.newInputStream(repodata.resolve("primary.xml.gz")))) {
                metadata.packages(XMLInputFactory.newFactory().createXMLStreamReader(in));
            }
            return metadata.candidates;
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private static void readFiles(Path path, Map<String, List<String>> files) throws IOException, XMLStreamException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(path))) {
            XMLStreamReader xml = XMLInputFactory.newFactory().createXMLStreamReader(in);
            List<String> current = List.of();
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT) {
                    if (xml.getLocalName().equals("package")) {
                        current = new ArrayList<>();
                        files.put(xml.getAttributeValue(null, "pkgid"), current);
                    } else if (xml.getLocalName().equals("file")) {
                        current.add(xml.getElementText());
                    }
                }
            }
        }
    }

    private void packages(XMLStreamReader xml) throws XMLStreamException, IOException {
        while (xml.hasNext()) {
            if (xml.next() == XMLStreamConstants.START_ELEMENT
                    && xml.getLocalName().equals("package")) {
                candidates.add(readPackage(xml));
            }
        }
    }

    private Candidate readPackage(XMLStreamReader xml) throws XMLStreamException, IOException {
        String name = "";
        String arch = "";
        String version = "";
        String id = "";
        List<Capability> provides = new ArrayList<>();
        Map<String, List<Dependency>> lists = new HashMap<>();
        String list = "";
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("package")) {
                break;
            }
            if (event != XMLStreamConstants.START_ELEMENT) {
                continue;
            }
            switch (xml.getLocalName()) {
                case "name" -> name = xml.getElementText();
                case "arch" -> arch = xml.getElementText();
                case "checksum" -> id = xml.getElementText();
                case "version" -> version = version(xml);
                case "file" -> provides.add(Capability.of(xml.getElementText()));
                case "entry" -> {
                    if (list.equals("provides")) {
                        String bound = comparison(xml);
                        provides.add(new Capability(
                                xml.getAttributeValue(null, "name"),
                                Comparison.parse(bound),
                                bound.isEmpty() ? "" : version(xml)));
                    } else {
                        lists.computeIfAbsent(list, l -> new ArrayList<>()).add(dependency(xml));
                    }
                }
                default -> list = xml.getLocalName();
            }
        }
        for (String file : files.getOrDefault(id, List.of())) {
            if (!provides.contains(Capability.of(file))) {
                provides.add(Capability.of(file));
            }
        }
        Relations relations = new Relations(
                lists.getOrDefault("requires", List.of()),
                lists.getOrDefault("conflicts", List.of()),
                List.of(),
                lists.getOrDefault("obsoletes", List.of()).stream()
                        .map(d -> ((Dependency.Simple) d).requirement())
                        .toList(),
                lists.getOrDefault("recommends", List.of()),
                lists.getOrDefault("suggests", List.of()));
        return Candidate.builder(name, version, arch)
                .repository(repository, priority)
                .provides(provides)
                .supplements(lists.getOrDefault("supplements", List.of()))
                .enhances(lists.getOrDefault("enhances", List.of()))
                .relations(relations)
                .build();
    }

    private static Dependency dependency(XMLStreamReader xml) throws IOException {
        String name = xml.getAttributeValue(null, "name");
        String bound = comparison(xml);
        if (name.startsWith("(")) {
            return RpmDependencyParser.parse(name);
        }
        return bound.isEmpty() ? Dependency.of(name) : Dependency.of(name, Comparison.parse(bound), version(xml));
    }

    private static String comparison(XMLStreamReader xml) {
        String flags = xml.getAttributeValue(null, "flags");
        if (flags == null) {
            return "";
        }
        return switch (flags) {
            case "EQ" -> "=";
            case "LT" -> "<";
            case "GT" -> ">";
            case "LE" -> "<=";
            case "GE" -> ">=";
            default -> throw new IllegalArgumentException(flags);
        };
    }

    private static String version(XMLStreamReader xml) {
        String epoch = xml.getAttributeValue(null, "epoch");
        String release = xml.getAttributeValue(null, "rel");
        return (epoch == null || epoch.equals("0") ? "" : epoch + ":")
                + xml.getAttributeValue(null, "ver")
                + (release == null ? "" : "-" + release);
    }
}
