package dev.caisson.manifest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One YAML 1.2 document with places. Bounded in size, depth, number of aliases and number of nodes after their expansion,
 * all checked before anything is built; duplicate keys are errors.
 */
final class YamlReader {
    static final int MAX_BYTES = 1 << 20;
    static final int MAX_DEPTH = 32;
    static final int MAX_ALIASES = 1000;
    static final int MAX_NODES = 100_000;

    private static final String REMOVE_TAG = "!remove";
    private static final String STANDARD_TAGS = "tag:yaml.org,2002:";

    private final Path file;
    private final Findings findings;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int nodes;

    private YamlReader(Path file, Findings findings) {
        this.file = file;
        this.findings = findings;
    }

    /** The document; empty when it cannot be read at all, which is then among the findings. */
    static Optional<YamlNode> read(Path file, byte[] bytes, Findings findings) {
        YamlReader reader = new YamlReader(file, findings);
        try {
            return Optional.of(reader.document(bytes));
        } catch (Unreadable e) {
            findings.error(e.at, e.getMessage(), e.hint);
            return Optional.empty();
        }
    }

    private YamlNode document(byte[] bytes) throws Unreadable {
        if (bytes.length > MAX_BYTES) {
            throw unreadable(1, 1, "the file has " + bytes.length + " bytes, more than " + MAX_BYTES, "");
        }
        String text = decode(bytes);
        // Without a label: the messages carry the file already.
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(MAX_BYTES)
                .setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .build();
        try {
            scan(new Parse(settings).parseString(text));
            Node root = new Compose(settings)
                    .composeString(text)
                    .orElseThrow(() -> unreadable(1, 1, "the file is empty", "a manifest begins with \"schema: 1\""));
            return node(root);
        } catch (MarkedYamlEngineException e) {
            throw syntax(e);
        } catch (ReaderException e) {
            int[] place = place(text, e.getPosition());
            String code = String.format(Locale.ROOT, "U+%04X", e.getCodePoint());
            throw unreadable(place[0], place[1], "character " + code + " is not allowed in YAML", "");
        } catch (YamlEngineException e) {
            throw unreadable(1, 1, "not YAML: " + e.getMessage(), "");
        }
    }

    private String decode(byte[] bytes) throws Unreadable {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(in)
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            String good = new String(bytes, 0, in.position(), StandardCharsets.UTF_8);
            int[] place = place(good, good.codePointCount(0, good.length()));
            throw unreadable(place[0], place[1], "bytes that are not UTF-8", "save the file as UTF-8");
        }
    }

    /** Walks the events, which needs no stack, before the composer recurses. */
    private void scan(Iterable<Event> events) throws Unreadable {
        int depth = 0;
        int aliases = 0;
        int count = 0;
        for (Event event : events) {
            Event.ID id = event.getEventId();
            if (id == Event.ID.MappingStart || id == Event.ID.SequenceStart) {
                depth++;
            } else if (id == Event.ID.MappingEnd || id == Event.ID.SequenceEnd) {
                depth--;
            } else if (id == Event.ID.Alias) {
                aliases++;
            }
            count++;
            if (depth > MAX_DEPTH) {
                throw unreadable(event, "nested deeper than " + MAX_DEPTH + " levels");
            }
            if (aliases > MAX_ALIASES) {
                throw unreadable(event, "more than " + MAX_ALIASES + " aliases");
            }
            if (count > MAX_NODES) {
                throw unreadable(event, "more than " + MAX_NODES + " values");
            }
        }
    }

    private YamlNode node(Node node) throws Unreadable {
        Position at = at(node.getStartMark());
        if (++nodes > MAX_NODES) {
            throw new Unreadable(at, "more than " + MAX_NODES + " values after expanding aliases", "");
        }
        if (!open.add(node)) {
            throw new Unreadable(at, "an alias to a value that contains it", "");
        }
        boolean remove = isRemove(node);
        YamlNode result;
        if (node instanceof MappingNode mapping) {
            result = mapping(at, remove, mapping);
        } else if (node instanceof SequenceNode sequence) {
            List<YamlNode> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(node(item));
            }
            result = new YamlNode.Sequence(at, remove, items);
        } else {
            ScalarNode scalar = (ScalarNode) node;
            result = new YamlNode.Scalar(at, remove, scalar.getValue(), scalar.isPlain());
        }
        open.remove(node);
        return result;
    }

    private boolean isRemove(Node node) {
        String tag = node.getTag().getValue();
        if (tag.equals(REMOVE_TAG)) {
            return true;
        }
        if (!tag.startsWith(STANDARD_TAGS) && !tag.equals("!")) {
            findings.error(at(node.getStartMark()), "unknown tag \"" + tag + "\"", "the only tag is \"!remove\"");
        }
        return false;
    }

    private YamlNode mapping(Position at, boolean remove, MappingNode mapping) throws Unreadable {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Position keyAt = at(tuple.getKeyNode().getStartMark());
            YamlNode value = node(tuple.getValueNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                findings.error(keyAt, "a key must be a text", "");
                continue;
            }
            YamlNode.Entry first = entries.putIfAbsent(key.getValue(), new YamlNode.Entry(keyAt, value));
            if (first != null) {
                String where = "it is already at line " + first.key().line();
                findings.error(keyAt, "key \"" + key.getValue() + "\" twice in one map", where);
            }
        }
        return new YamlNode.Mapping(at, remove, entries);
    }

    private Position at(Optional<Mark> mark) {
        return mark.map(m -> new Position(file, m.getLine() + 1, m.getColumn() + 1))
                .orElseGet(() -> new Position(file, 1, 1));
    }

    private Unreadable syntax(MarkedYamlEngineException e) {
        Position at = at(e.getProblemMark().or(e::getContextMark));
        String problem =
                e.getProblem() == null ? "cannot be read" : e.getProblem().strip();
        String context = e.getContext() == null ? "" : " (" + e.getContext().strip() + ")";
        String hint = problem.contains("'\\t") ? "indent with spaces, not with tabs" : "";
        return new Unreadable(at, "not YAML: " + problem + context, hint);
    }

    private Unreadable unreadable(Event event, String message) {
        return new Unreadable(at(event.getStartMark()), message, "");
    }

    private Unreadable unreadable(int line, int column, String message, String hint) {
        return new Unreadable(new Position(file, line, column), message, hint);
    }

    /** Line and column, from 1, of the code point with this index. */
    private static int[] place(String text, int codePoints) {
        int line = 1;
        int column = 1;
        int index = 0;
        for (int i = 0; i < codePoints && index < text.length(); i++) {
            int c = text.codePointAt(index);
            index += Character.charCount(c);
            column++;
            if (c == '\n') {
                line++;
                column = 1;
            }
        }
        return new int[] {line, column};
    }

    /** The document ends here. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Position at;
        private final String hint;

        Unreadable(Position at, String message, String hint) {
            super(message);
            this.at = at;
            this.hint = hint;
        }
    }
}
