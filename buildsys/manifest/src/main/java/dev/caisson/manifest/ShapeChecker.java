package dev.caisson.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Compares the values of one file with the shapes; every mismatch is found, none stops the check. */
final class ShapeChecker {
    private final Findings findings;

    ShapeChecker(Findings findings) {
        this.findings = findings;
    }

    /** Checks a whole manifest file. */
    void checkFile(YamlNode root) {
        if (!(root instanceof YamlNode.Mapping map)) {
            findings.error(root, "a manifest must be a map, is " + root.kind(), "begin with \"schema: 1\"");
            return;
        }
        checkMap("", map, ManifestShapes.ROOT, false);
        if (map.get("schema") == null) {
            findings.error(map.at(), "\"schema\" is missing", "add \"schema: 1\" as the first line");
        }
    }

    /** Checks a document that is not merged with others. */
    void checkDocument(String name, YamlNode.Mapping document, Shape.MapOf shape) {
        checkMap(name, document, shape, true);
        if (document.get(ManifestShapes.WHEN) != null) {
            findings.error(
                    document.get(ManifestShapes.WHEN), "\"when\" belongs into items of lists", "use \"architectures\"");
        }
    }

    /**
     * Checks one value.
     *
     * @param name its key, for messages
     * @param inItem whether it is inside a list item, which is not merged
     */
    private void check(String name, YamlNode node, Shape shape, boolean inItem) {
        if (node.isRemove()) {
            findings.error(node, "\"!remove\" has no meaning here", "it marks an item of a list that is merged");
        } else if (shape instanceof Shape.Either either) {
            check(name, node, choose(node, either), inItem);
        } else if (shape instanceof Shape.ListOf list) {
            checkList(name, node, list, inItem);
        } else if (shape instanceof Shape.MapOf map) {
            if (node instanceof YamlNode.Mapping mapping) {
                checkMap(name, mapping, map, inItem);
            } else {
                wrongKind(name, node, "a map", "");
            }
        } else if (shape instanceof Shape.MapWith map) {
            checkFreeMap(name, node, map);
        } else if (shape instanceof Shape.AnyMap) {
            if (!(node instanceof YamlNode.Mapping)) {
                wrongKind(name, node, "a map", "");
            }
        } else if (node instanceof YamlNode.Scalar scalar) {
            checkScalar(name, scalar, shape);
        } else {
            wrongKind(name, node, expectedScalar(shape), "");
        }
    }

    /** The alternative for this kind of node, else the first, so that the message names it. */
    private static Shape choose(YamlNode node, Shape.Either either) {
        for (Shape shape : either.shapes()) {
            boolean list = shape instanceof Shape.ListOf;
            boolean map = shape instanceof Shape.MapOf;
            if (node instanceof YamlNode.Sequence ? list : node instanceof YamlNode.Mapping ? map : !list && !map) {
                return shape;
            }
        }
        return either.shapes().get(0);
    }

    private void checkList(String name, YamlNode node, Shape.ListOf shape, boolean inItem) {
        if (!(node instanceof YamlNode.Sequence list)) {
            wrongKind(name, node, "a list", "write each item on its own line, after \"- \"");
            return;
        }
        for (YamlNode item : list.items()) {
            if (item.isRemove() && !inItem) {
                checkRemoval(item);
            } else {
                check("item of \"" + name + "\"", item, shape.item(), true);
            }
        }
    }

    private void checkRemoval(YamlNode item) {
        boolean ok = item instanceof YamlNode.Scalar scalar
                ? !scalar.text().isEmpty()
                : item instanceof YamlNode.Mapping map
                        && !map.entries().isEmpty()
                        && map.entries().values().stream().allMatch(e -> e.value() instanceof YamlNode.Scalar);
        if (!ok) {
            findings.error(item, "\"!remove\" needs a value", "write \"- !remove X\" with the item's value or name");
        }
    }

    private void checkMap(String name, YamlNode.Mapping node, Shape.MapOf shape, boolean inItem) {
        Map<String, Shape.Field> fields = shape.fields();
        for (Map.Entry<String, YamlNode.Entry> entry : node.entries().entrySet()) {
            String key = entry.getKey();
            YamlNode value = entry.getValue().value();
            Shape.Field field = fields.get(key);
            if (field != null) {
                // A then block is merged like the file itself.
                check(key, value, field.shape(), inItem && !key.equals("then"));
            } else if (key.equals(ManifestShapes.WHEN) && inItem) {
                check(key, value, ManifestShapes.condition(), true);
            } else {
                unknownKey(name, key, entry.getValue(), fields);
            }
        }
        if (inItem) {
            fields.forEach((key, field) -> {
                if (field.required() && node.get(key) == null) {
                    findings.error(node, quoted(name) + " lacks \"" + key + "\"", field.doc());
                }
            });
        }
    }

    private void unknownKey(String name, String key, YamlNode.Entry entry, Map<String, Shape.Field> fields) {
        List<String> known = new ArrayList<>(fields.keySet());
        String where = name.isEmpty() ? "" : " in " + quoted(name);
        String otherwise;
        if (name.equals("then") && ManifestShapes.FILE_KEYS.contains(key)) {
            otherwise = "it stands at the top of a file only";
        } else if (name.isEmpty()) {
            otherwise = "the keys are described in schema.json";
        } else {
            otherwise = "known are " + String.join(", ", known);
        }
        findings.error(entry.key(), "unknown key \"" + key + "\"" + where, Suggestions.hint(key, known, otherwise));
    }

    private void checkFreeMap(String name, YamlNode node, Shape.MapWith shape) {
        if (!(node instanceof YamlNode.Mapping map)) {
            wrongKind(name, node, "a map", "");
            return;
        }
        map.entries().forEach((key, entry) -> {
            if (shape.key().values().contains(key)) {
                check(key, entry.value(), shape.value(), false);
            } else {
                String known = "known are " + String.join(", ", shape.key().values());
                String hint = Suggestions.hint(key, shape.key().values(), known);
                findings.error(entry.key(), "unknown key \"" + key + "\" in " + quoted(name), hint);
            }
        });
    }

    private void checkScalar(String name, YamlNode.Scalar node, Shape shape) {
        if (node.type() == ScalarType.NULL) {
            findings.error(node, quoted(name) + " has no value", "expected " + expectedScalar(shape));
        } else if (shape instanceof Shape.Text text) {
            checkText(name, node, text);
        } else if (shape instanceof Shape.Content) {
            if (node.type() == ScalarType.BOOLEAN) {
                wrongKind(name, node, "a text", "put it in quotes");
            }
        } else if (shape instanceof Shape.Choice choice) {
            checkChoice(name, node, choice);
        } else if (shape instanceof Shape.Flag) {
            checkFlag(name, node);
        } else if (shape instanceof Shape.Whole whole) {
            checkWhole(name, node, whole);
        } else if (shape instanceof Shape.Size size) {
            checkSize(name, node, size);
        }
    }

    private void checkText(String name, YamlNode.Scalar node, Shape.Text shape) {
        String text = node.text();
        if (shape.quoted() && node.type() != ScalarType.TEXT) {
            String digits = text.startsWith("0o") ? text.substring(2) : text;
            String octal = digits.startsWith("0") ? digits : "0" + digits;
            findings.error(
                    node,
                    quoted(name) + " must be " + shape.expected() + ", is the number " + text,
                    "YAML readers differ in what the number means: write " + name + ": \"" + octal + "\"");
        } else if (node.type() == ScalarType.BOOLEAN) {
            wrongKind(name, node, shape.expected(), "put it in quotes if it is meant as text");
        } else if (text.length() > Shapes.MAX_TEXT) {
            findings.error(node, quoted(name) + " is longer than " + Shapes.MAX_TEXT + " characters", "");
        } else {
            String problem = shape.problem().apply(text.isEmpty() ? "" : matches(shape, text) ? text : "");
            if (text.isEmpty() || !matches(shape, text)) {
                // A path's own explanation says more than the pattern does.
                String why = shape.regex().equals(ImagePaths.REGEX) ? ImagePaths.problem(text) : "";
                String is = why.isEmpty() ? " is not " + shape.expected() : " " + why;
                findings.error(
                        node,
                        quoted(name) + ": \"" + text + "\"" + is,
                        why.isEmpty() ? "" : "expected " + shape.expected());
            } else if (!problem.isEmpty()) {
                findings.error(node, quoted(name) + ": \"" + text + "\" " + problem, "expected " + shape.expected());
            }
        }
    }

    /** Paths are checked by their own code: a repeated group in a regular expression recurses as deep as the path. */
    private static boolean matches(Shape.Text shape, String text) {
        if (shape.regex().equals(ImagePaths.REGEX)) {
            return ImagePaths.isClean(text);
        }
        return shape.regex().isEmpty()
                || Pattern.compile(shape.regex()).matcher(text).matches();
    }

    private void checkChoice(String name, YamlNode.Scalar node, Shape.Choice shape) {
        if (!shape.values().contains(node.text())) {
            String known = "known are " + String.join(", ", shape.values());
            findings.error(
                    node,
                    quoted(name) + ": \"" + node.text() + "\" is unknown",
                    Suggestions.hint(node.text(), shape.values(), known));
        }
    }

    private void checkFlag(String name, YamlNode.Scalar node) {
        if (node.type() != ScalarType.BOOLEAN) {
            String lower = node.text().toLowerCase(Locale.ROOT);
            String hint = lower.equals("yes") || lower.equals("on") || lower.equals("1")
                    ? "write true"
                    : lower.equals("no") || lower.equals("off") || lower.equals("0") ? "write false" : "";
            wrongKind(name, node, "true or false", hint);
        }
    }

    private void checkWhole(String name, YamlNode.Scalar node, Shape.Whole shape) {
        if (node.type() != ScalarType.INTEGER || !node.text().matches("[-+]?[0-9]+")) {
            wrongKind(name, node, "an integer", "");
            return;
        }
        Long value = Fields.parseLong(node.text());
        if (value == null || value < shape.min() || value > shape.max()) {
            String expected = shape.min() == shape.max()
                    ? "must be " + shape.min()
                    : "must be " + shape.min() + " to " + shape.max();
            findings.error(node, quoted(name) + " is " + node.text() + ", " + expected, "");
        }
    }

    private void checkSize(String name, YamlNode.Scalar node, Shape.Size shape) {
        var bytes = Sizes.parse(node.text());
        if (bytes.isEmpty()) {
            findings.error(
                    node,
                    quoted(name) + ": \"" + node.text() + "\" is not a size",
                    "write a number of bytes, or one with KiB, MiB, GiB or TiB");
        } else if (bytes.getAsLong() < shape.min() || bytes.getAsLong() > shape.max()) {
            String range = Sizes.format(shape.min())
                    + (shape.max() == Long.MAX_VALUE ? " or more" : " to " + Sizes.format(shape.max()));
            findings.error(node, quoted(name) + " is " + node.text() + ", must be " + range, "");
        }
    }

    private void wrongKind(String name, YamlNode node, String expected, String hint) {
        findings.error(node, quoted(name) + " must be " + expected + ", is " + node.kind(), hint);
    }

    private static String quoted(String name) {
        return name.startsWith("item of") ? name : "\"" + name + "\"";
    }

    private static String expectedScalar(Shape shape) {
        if (shape instanceof Shape.Text text) {
            return text.expected();
        }
        if (shape instanceof Shape.Choice choice) {
            return "one of " + String.join(", ", choice.values());
        }
        if (shape instanceof Shape.Flag) {
            return "true or false";
        }
        if (shape instanceof Shape.Whole) {
            return "an integer";
        }
        return shape instanceof Shape.Size ? "a size" : "a text";
    }
}
