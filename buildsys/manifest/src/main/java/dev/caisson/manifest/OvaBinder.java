package dev.caisson.manifest;

import static dev.caisson.manifest.Shapes.choice;
import static dev.caisson.manifest.Shapes.list;
import static dev.caisson.manifest.Shapes.map;
import static dev.caisson.manifest.Shapes.size;
import static dev.caisson.manifest.Shapes.whole;

import dev.caisson.ova.OvfTemplate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Describes and binds the section {@code ova}; a template that it names is read and checked, too. */
final class OvaBinder {
    private static final long MIB = 1 << 20;
    private static final long MOST_MEMORY = 24L << 40;
    private static final long LEAST_DATA = 64 * MIB;
    private static final long MOST_DATA = 62L << 40;
    private static final int MOST_TEMPLATE = 1 << 20;
    private static final Shape KEY = Shapes.text("a key of letters, digits, . _ : -", "^[A-Za-z0-9_.:-]+$");
    private static final Shape TEXT =
            Shapes.text("text without control characters", "^[^\\x00-\\x08\\x0b-\\x1f\\x7f]*$");

    /** Keys that a template only heeds where it has a placeholder for them, and that placeholder. */
    private static final Map<String, String> PLACEHOLDERS = Map.of(
            "hardware-version", "HARDWARE_VERSION",
            "cpus", "CPUS",
            "memory", "MEMORY_MIB",
            "network", "NETWORK");

    /** Keys that a template cannot heed. */
    private static final List<String> NOT_WITH_TEMPLATE =
            List.of("controller", "disk-uuids", "properties", "extra-config");

    private final Fields root;
    private final Fields ova;
    private final Findings findings;

    OvaBinder(Fields root) {
        this.root = root;
        this.ova = root.map("ova");
        this.findings = root.findings();
    }

    static Shape shape() {
        return map().key("hardware-version", whole(13, 99), "VMware's hardware version. Default: 15 (vSphere 6.7 U2).")
                .key("cpus", whole(1, 768), "Virtual processors. Default: 2.")
                .key("memory", size(128 * MIB, MOST_MEMORY), "Memory, whole MiB. Default: 2GiB.")
                .key("controller", choice(OvaController.class), "What the disks hang on. Default: pvscsi.")
                .key("network", Shapes.LINE, "Name of the network of its card. Default: VM Network.")
                .key(
                        "secure-boot",
                        Shapes.FLAG,
                        "Secure Boot with the keys of the signing profile, and no others. Default:"
                                + " signing.secure-boot.")
                .key("disk-uuids", Shapes.FLAG, "Whether the guest sees ids of its disks. Default: true.")
                .key(
                        "sign",
                        Shapes.FLAG,
                        "Whether the package is signed with the profile's db key. Default: signing.secure-boot.")
                .key(
                        "data-disk",
                        size(LEAST_DATA, MOST_DATA),
                        "A second disk of this size, whole MiB, with the data partition. Default: it is on the first.")
                .key("properties", list(property()), "What is asked for at deployment. Default: guestinfo.userdata.")
                .key("extra-config", list(extraConfig()), "Further settings of VMware's (ExtraConfig).")
                .key(
                        "template",
                        Shapes.HOST_PATH,
                        "An OVF descriptor of your own, relative to this file. Its placeholders ${NAME} are filled in: "
                                + String.join(", ", OvfTemplate.NAMES) + ".")
                .build();
    }

    private static Shape property() {
        return map().required("key", KEY, "Its name; the guest reads guestinfo.X through VMware's guestinfo.")
                .key("label", Shapes.LINE, "What people see. Default: the key.")
                .key("description", Shapes.LINE, "What it is for.")
                .key("value", TEXT, "What it is when nobody sets it. Default: empty.")
                .key("password", Shapes.FLAG, "Whether it is not shown. Default: false.")
                .build();
    }

    private static Shape extraConfig() {
        return map().required("key", KEY, "VMware's name of the setting.")
                .required("value", Shapes.LINE, "Its value.")
                .build();
    }

    OvaSpec bind() {
        boolean signs = root.map("signing").flag("secure-boot", true);
        OptionalLong data = wholeMib("data-disk");
        return new OvaSpec(
                ova.wholeInt("hardware-version").orElse(15),
                ova.wholeInt("cpus").orElse(2),
                (int) (wholeMib("memory").orElse(2048 * MIB) / MIB),
                ova.choice("controller", OvaController.class, OvaController.PVSCSI),
                ova.text("network", "VM Network"),
                needsKeys("secure-boot", signs),
                ova.flag("disk-uuids", true),
                needsKeys("sign", signs),
                data,
                properties(),
                settings(),
                template(data.isPresent()));
    }

    private boolean needsKeys(String key, boolean signs) {
        boolean asked = ova.flag(key, signs);
        if (asked && !signs) {
            findings.error(ova.at(key), "\"" + key + "\" needs the keys of signing", "signing.secure-boot is off");
        }
        return asked && signs;
    }

    private OptionalLong wholeMib(String key) {
        OptionalLong bytes = ova.size(key);
        if (bytes.isPresent() && bytes.getAsLong() % MIB != 0) {
            findings.error(ova.at(key), "\"" + key + "\" must be whole MiB", "");
        }
        return bytes;
    }

    private List<OvaSpec.Property> properties() {
        if (!ova.has("properties")) {
            return List.of(new OvaSpec.Property(
                    "guestinfo.userdata", "User data", "Configuration for the first boot", "", false));
        }
        List<OvaSpec.Property> result = new ArrayList<>();
        Map<String, Position> keys = new HashMap<>();
        for (Fields item : Items.maps(ova, "properties")) {
            Items.bind(item, () -> property(item)).ifPresent(property -> {
                Items.unique(findings, keys, "property", property.key(), item.at());
                result.add(property);
            });
        }
        return result;
    }

    private static OvaSpec.Property property(Fields item) throws Fields.Incomplete {
        String key = item.required("key");
        return new OvaSpec.Property(
                key,
                item.text("label", key),
                item.text("description", ""),
                item.text("value", ""),
                item.flag("password", false));
    }

    private Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        Map<String, Position> keys = new HashMap<>();
        for (Fields item : Items.maps(ova, "extra-config")) {
            Items.bind(item, () -> Map.entry(item.required("key"), item.required("value")))
                    .ifPresent(setting -> {
                        Items.unique(findings, keys, "setting", setting.getKey(), item.at());
                        if (setting.getKey().startsWith("uefi.secureBoot.")) {
                            findings.error(item.at("key"), "the build writes the keys of Secure Boot", "take it out");
                        }
                        result.put(setting.getKey(), setting.getValue());
                    });
        }
        return result;
    }

    private Optional<OvaSpec.Template> template(boolean dataDisk) {
        Optional<String> text = ova.text("template");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        NOT_WITH_TEMPLATE.stream()
                .filter(ova::has)
                .forEach(key -> findings.error(
                        ova.at(key), "\"" + key + "\" has no effect with a template", "say it in the template"));
        YamlNode node = ova.node("template");
        Optional<Path> path = HostPaths.resolve(node.at().file(), text.get());
        if (path.isEmpty() || !Files.isRegularFile(path.get())) {
            String missing = path.map(HostPaths::missing).orElse("no path of this machine");
            findings.error(node, "\"template\": " + missing, "paths are relative to the file that names them");
            return Optional.empty();
        }
        Optional<String> content = content(node, path.get());
        content.ifPresent(descriptor -> check(path.get(), descriptor, dataDisk));
        return content.map(descriptor -> new OvaSpec.Template(path.get(), descriptor));
    }

    private Optional<String> content(YamlNode node, Path path) {
        try {
            if (Files.size(path) > MOST_TEMPLATE) {
                findings.error(node, "\"template\": " + path + " is larger than 1 MiB", "");
                return Optional.empty();
            }
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
                    .toString());
        } catch (CharacterCodingException e) {
            findings.error(new Position(path, 1, 1), "the template is no UTF-8", "");
        } catch (IOException e) {
            findings.error(node, "\"template\": " + path + " cannot be read: " + e.getMessage(), "");
        }
        return Optional.empty();
    }

    private void check(Path path, String descriptor, boolean dataDisk) {
        List<String> required = new ArrayList<>(OvfTemplate.REQUIRED);
        if (dataDisk) {
            required.addAll(OvfTemplate.REQUIRED_FOR_DATA);
        }
        for (OvfTemplate.Problem problem : OvfTemplate.problems(descriptor, required)) {
            findings.error(new Position(path, problem.line(), problem.column()), problem.message(), problem.hint());
        }
        PLACEHOLDERS.forEach((key, name) -> {
            if (ova.has(key) && !descriptor.contains("${" + name + "}")) {
                findings.error(
                        ova.at(key),
                        "\"" + key + "\" has no effect: the template has no ${" + name + "}",
                        "put the placeholder into the template, or take the key out");
            }
        });
    }
}
