package dev.caisson.publish.aws.stub;

import com.sun.net.httpserver.HttpExchange;
import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** EBS direct APIs, 2019-11-02. */
final class EbsStub {
    private static final int BLOCK = 512 << 10;
    private static final Pattern PUT = Pattern.compile("/snapshots/(snap-[0-9a-f]+)/blocks/(\\d+)");
    private static final Pattern COMPLETE = Pattern.compile("/snapshots/completion/(snap-[0-9a-f]+)");
    private static final Pattern LIST = Pattern.compile("/snapshots/(snap-[0-9a-f]+)/blocks");
    private static final Pattern CHANGED = Pattern.compile("/snapshots/(snap-[0-9a-f]+)/changedblocks");

    private final Cloud cloud;
    private final Cloud.Region region;

    EbsStub(Cloud cloud, Cloud.Region region) {
        this.cloud = cloud;
        this.region = region;
    }

    static String action(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        if (method.equals("POST") && path.equals("/snapshots")) {
            return "StartSnapshot";
        }
        if (method.equals("PUT") && PUT.matcher(path).matches()) {
            return "PutSnapshotBlock";
        }
        if (method.equals("POST") && COMPLETE.matcher(path).matches()) {
            return "CompleteSnapshot";
        }
        if (method.equals("GET") && LIST.matcher(path).matches()) {
            return "ListSnapshotBlocks";
        }
        if (method.equals("GET") && CHANGED.matcher(path).matches()) {
            return "ListChangedBlocks";
        }
        throw StubFailure.invalid("UnknownOperationException", method + " " + path);
    }

    AwsStub.Answer answer(String action, HttpExchange exchange, byte[] body) throws FormatException {
        return switch (action) {
            case "StartSnapshot" -> start(Json.parseObject(body));
            case "PutSnapshotBlock" -> put(exchange, body);
            case "CompleteSnapshot" -> complete(exchange);
            case "ListSnapshotBlocks" -> list(exchange);
            default -> changed(exchange);
        };
    }

    private static StubFailure invalid(String text) {
        return StubFailure.invalid("ValidationException", text);
    }

    private AwsStub.Answer start(JsonObject request) throws FormatException {
        request.requireOnly(Set.of(
                "VolumeSize",
                "ParentSnapshotId",
                "Tags",
                "Description",
                "ClientToken",
                "Encrypted",
                "KmsKeyArn",
                "Timeout"));
        long gib = request.longValue("VolumeSize");
        if (gib < 1
                || gib > 65536
                || request.optionalString("Description").orElse("").length() > 255) {
            throw invalid("VolumeSize or Description");
        }
        long timeout = request.optionalLong("Timeout").orElse(60);
        if (timeout < 10 || timeout > 4320) {
            throw invalid("Timeout");
        }
        String token = "start " + request.optionalString("ClientToken").orElse(cloud.id("token"));
        String known = region.tokens.get(token);
        if (known != null) {
            if (!region.tokenRequests.get(token).equals(Json.canonical(request))) {
                throw new StubFailure(503, "ConflictException", "another request had this token");
            }
            return started(region.snapshots.get(known));
        }
        Cloud.Snapshot made = new Cloud.Snapshot();
        String parent = request.optionalString("ParentSnapshotId").orElse("");
        boolean encrypted = request.optionalBool("Encrypted").orElse(false);
        if (!parent.isEmpty()) {
            inherit(made, parent, encrypted, gib);
        } else if (encrypted) {
            made.key = request.optionalString("KmsKeyArn").orElse("default");
            checkKey(made.key);
        } else if (request.has("KmsKeyArn")) {
            throw invalid("KmsKeyArn without Encrypted");
        }
        made.id = cloud.id("snap");
        made.gib = (int) gib;
        made.unseen = cloud.unseenLooks;
        for (JsonObject tag :
                request.optionalArray("Tags").orElse(JsonArray.of()).objects()) {
            made.tags.put(tag.string("Key"), tag.string("Value"));
        }
        region.snapshots.put(made.id, made);
        region.tokens.put(token, made.id);
        region.tokenRequests.put(token, Json.canonical(request));
        return started(made);
    }

    private void checkKey(String key) {
        if (!key.equals("default") && !region.keys.containsKey(key)) {
            throw invalid("the key " + key + " is not in this region");
        }
    }

    private void inherit(Cloud.Snapshot made, String parentId, boolean encrypted, long gib) {
        Cloud.Snapshot parent = region.snapshots.get(parentId);
        if (parent == null || parent.deleted) {
            throw new StubFailure(404, "ResourceNotFoundException", "no parent " + parentId);
        }
        if (encrypted || !parent.state.equals("completed") || gib < parent.gib) {
            throw invalid("parent " + parentId + " is " + parent.state + " of " + parent.gib + " GiB");
        }
        made.parent = parentId;
        made.key = parent.key;
        made.content.putAll(parent.content);
    }

    private static AwsStub.Answer started(Cloud.Snapshot snapshot) {
        JsonObject answer = JsonObject.of()
                .put("SnapshotId", snapshot.id)
                .put("OwnerId", AwsStub.ACCOUNT)
                .put("Status", snapshot.state)
                .put("StartTime", 1_700_000_000)
                .put("VolumeSize", snapshot.gib)
                .put("BlockSize", BLOCK);
        if (!snapshot.key.isEmpty()) {
            answer.put("KmsKeyArn", snapshot.key);
        }
        return AwsStub.Answer.json(201, answer);
    }

    private Cloud.Snapshot find(String id) {
        Cloud.Snapshot snapshot = region.snapshots.get(id);
        if (snapshot == null || snapshot.deleted) {
            throw new StubFailure(404, "ResourceNotFoundException", "no snapshot " + id);
        }
        return snapshot;
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        if (value == null) {
            throw invalid(name + " is missing");
        }
        return value;
    }

    private static void expect(HttpExchange exchange, String name, String value) {
        if (!header(exchange, name).equals(value)) {
            throw invalid(name + " is " + header(exchange, name) + ", not " + value);
        }
    }

    private AwsStub.Answer put(HttpExchange exchange, byte[] body) {
        Matcher path = PUT.matcher(exchange.getRequestURI().getPath());
        path.matches();
        Cloud.Snapshot snapshot = find(path.group(1));
        int index = Integer.parseInt(path.group(2));
        expect(exchange, "X-Amz-Data-Length", Integer.toString(BLOCK));
        expect(exchange, "X-Amz-Checksum-Algorithm", "SHA256");
        String digest = Base64.getEncoder().encodeToString(SignatureCheck.sha256(body));
        if (body.length != BLOCK || !header(exchange, "X-Amz-Checksum").equals(digest)) {
            throw invalid("InvalidContentLength or checksum of " + body.length + " bytes");
        }
        if (index >= snapshot.gib * 2048) {
            throw invalid("block " + index + " is behind the volume's end");
        }
        if (snapshot.sealed || !snapshot.state.equals("pending")) {
            throw invalid("snapshot " + snapshot.id + " is " + snapshot.state);
        }
        String before = snapshot.written.put(index, digest);
        if (before != null && !before.equals(digest)) {
            cloud.violations.add("block " + index + " of " + snapshot.id + " was written with two contents");
        }
        snapshot.content.put(index, digest);
        return AwsStub.Answer.json(201, JsonObject.of())
                .header("x-amz-Checksum", digest)
                .header("x-amz-Checksum-Algorithm", "SHA256");
    }

    private AwsStub.Answer complete(HttpExchange exchange) {
        Matcher path = COMPLETE.matcher(exchange.getRequestURI().getPath());
        path.matches();
        Cloud.Snapshot snapshot = find(path.group(1));
        if (snapshot.sealed) {
            throw invalid("snapshot " + snapshot.id + " is completed already");
        }
        expect(exchange, "X-Amz-ChangedBlocksCount", Integer.toString(snapshot.written.size()));
        expect(exchange, "X-Amz-Checksum-Algorithm", "SHA256");
        expect(exchange, "X-Amz-Checksum-Aggregation-Method", "LINEAR");
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        snapshot.written
                .values()
                .forEach(digest -> all.writeBytes(Base64.getDecoder().decode(digest)));
        expect(
                exchange,
                "X-Amz-Checksum",
                Base64.getEncoder().encodeToString(SignatureCheck.sha256(all.toByteArray())));
        snapshot.sealed = true;
        snapshot.looks = cloud.pendingLooks;
        return AwsStub.Answer.json(202, JsonObject.of().put("Status", "pending"));
    }

    private AwsStub.Answer list(HttpExchange exchange) {
        Matcher path = LIST.matcher(exchange.getRequestURI().getPath());
        path.matches();
        Cloud.Snapshot snapshot = find(path.group(1));
        if (!snapshot.state.equals("completed")) {
            throw invalid("snapshot is " + snapshot.state);
        }
        JsonArray blocks = JsonArray.of();
        snapshot.content
                .keySet()
                .forEach(index ->
                        blocks.add(JsonObject.of().put("BlockIndex", index).put("BlockToken", "token" + index)));
        return AwsStub.Answer.json(
                200,
                JsonObject.of()
                        .put("Blocks", blocks)
                        .put("BlockSize", BLOCK)
                        .put("VolumeSize", snapshot.gib)
                        .put("ExpiryTime", 1_900_000_000));
    }

    private AwsStub.Answer changed(HttpExchange exchange) {
        Matcher path = CHANGED.matcher(exchange.getRequestURI().getPath());
        path.matches();
        Cloud.Snapshot second = find(path.group(1));
        Map<String, String> query = AwsStub.form(exchange.getRequestURI().getRawQuery());
        Cloud.Snapshot first = find(query.get("firstSnapshotId"));
        TreeMap<Integer, String> all = new TreeMap<>(first.content);
        all.putAll(second.content);
        JsonArray blocks = JsonArray.of();
        for (int index : List.copyOf(all.keySet())) {
            if (!java.util.Objects.equals(first.content.get(index), second.content.get(index))) {
                blocks.add(JsonObject.of().put("BlockIndex", index).put("SecondBlockToken", "token" + index));
            }
        }
        return AwsStub.Answer.json(
                200,
                JsonObject.of()
                        .put("ChangedBlocks", blocks)
                        .put("BlockSize", BLOCK)
                        .put("VolumeSize", second.gib)
                        .put("ExpiryTime", 1_900_000_000));
    }
}
