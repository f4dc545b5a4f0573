# Renders the results. Input files: machine, notes, bars, results. Variables: form (text, markdown, json), choose (best, median).

BEGIN { FS = "\t" }
FNR == 1 { file++ }

# An empty input gives no first line, so that files are known by their names.
FILENAME ~ /\/machine$/ { machine_name[++machines] = $1; machine_value[machines] = $2; next }
FILENAME ~ /\/notes$/ { note[++notes] = $0; next }
FILENAME ~ /\/bars$/ { bar[++bars] = $0; next }
FILENAME ~ /\/results$/ {
    if (!($1 in count)) { key[++keys] = $1; label[$1] = $2 }
    n = ++count[$1]
    value[$1, n, "wall"] = $3; value[$1, n, "cpu"] = $4; value[$1, n, "rss"] = $5; value[$1, n, "bytes"] = $6
}

# The run that stands for a row: by wall time, or by processor time where that is all there is.
function chosen(k,    i, j, m, t, order, by) {
    by = value[k, 1, "wall"] == "-" ? "cpu" : "wall"
    m = count[k]
    for (i = 1; i <= m; i++) order[i] = i
    for (i = 2; i <= m; i++)
        for (j = i; j > 1 && value[k, order[j], by] + 0 < value[k, order[j - 1], by] + 0; j--) {
            t = order[j]; order[j] = order[j - 1]; order[j - 1] = t
        }
    return choose == "median" ? order[int((m + 1) / 2)] : order[1]
}

function get(k, what) { return k in count ? value[k, chosen(k), what] : "-" }
function megabytes(x, unit) { return x == "-" ? "-" : sprintf("%.1f", x / unit) }
function quoted(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
function number(x) { return x == "-" || x == "" ? "null" : x + 0 }

# Fills ratio and verdict for one bar; false when it was not measured.
function judge(line,    part, own, reference) {
    split(line, part, "|")
    what = part[1]
    limit = part[5]
    own = get(part[2], part[3])
    reference = substr(part[4], 1, 1) == "=" ? substr(part[4], 2) : get(part[4], part[3])
    if (own == "-" || reference == "-" || reference + 0 == 0) return 0
    ratio = own / reference
    measured = show(own, part[3])
    against = show(reference, part[3])
    verdict = ratio <= limit + 0 ? "ok" : "MISSED"
    processor = part[3] == "wall" ? processor_ratio(part[2], part[4]) : "-"
    return 1
}

# Beside a ratio of wall times, that of processor times: what is left to say when the machine is busy.
function processor_ratio(k, other,    own, reference) {
    own = get(k, "cpu")
    reference = get(other, "cpu")
    return own == "-" || reference == "-" || reference + 0 == 0 ? "-" : sprintf("%.3f", own / reference)
}

function show(x, what) {
    if (what == "bytes") return sprintf("%d B", x)
    if (what == "rss") return sprintf("%.0f MB", x / 1024)
    return sprintf("%.2f s", x)
}

END {
    if (form == "json") json()
    else tables(form == "markdown")
}

function tables(markdown,    i, k, line, rule) {
    if (markdown) print "# Benchmark\n"
    for (i = 1; i <= machines; i++) printf markdown ? "- %s: %s\n" : "%-14s %s\n", machine_name[i], machine_value[i]
    rule = markdown ? "| %s | %s | %s | %s | %s |\n" : "%-56s %9s %9s %9s %13s\n"
    print ""
    printf rule, "what", "wall s", "CPU s", "RSS MB", "bytes"
    if (markdown) print "|---|---:|---:|---:|---:|"
    for (i = 1; i <= keys; i++) {
        k = key[i]
        printf rule, label[k], get(k, "wall"), get(k, "cpu"), megabytes(get(k, "rss"), 1024), get(k, "bytes")
    }
    rule = markdown ? "| %s | %s | %s | %s | %s | %s | %s |\n" : "%-50s %13s %13s %8s %8s %8s  %s\n"
    print ""
    printf rule, "bar", "measured", "against", "ratio", "at most", "CPU", "verdict"
    if (markdown) print "|---|---:|---:|---:|---:|---:|---|"
    for (i = 1; i <= bars; i++) if (judge(bar[i])) printf rule, what, measured, against, sprintf("%.3f", ratio), limit, processor, verdict
    print ""
    for (i = 1; i <= notes; i++) printf "- %s\n", note[i]
}

function json(    i, j, k, first) {
    printf "{\"machine\":{"
    for (i = 1; i <= machines; i++) printf "%s%s:%s", (i > 1 ? "," : ""), quoted(machine_name[i]), quoted(machine_value[i])
    printf "},\"rows\":["
    for (i = 1; i <= keys; i++) {
        k = key[i]
        printf "%s{\"key\":%s,\"what\":%s,\"wallSeconds\":%s,\"cpuSeconds\":%s,\"rssKib\":%s,\"bytes\":%s,\"runs\":[", (i > 1 ? "," : ""),
            quoted(k), quoted(label[k]), number(get(k, "wall")), number(get(k, "cpu")), number(get(k, "rss")), number(get(k, "bytes"))
        for (j = 1; j <= count[k]; j++)
            printf "%s{\"wallSeconds\":%s,\"cpuSeconds\":%s}", (j > 1 ? "," : ""), number(value[k, j, "wall"]), number(value[k, j, "cpu"])
        printf "]}"
    }
    printf "],\"bars\":["
    for (i = 1; i <= bars; i++) if (judge(bar[i])) {
        printf "%s{\"bar\":%s,\"ratio\":%.4f,\"atMost\":%s,\"cpuRatio\":%s,\"met\":%s}", first++ ? "," : "", quoted(what), ratio, limit, number(processor), verdict == "ok" ? "true" : "false"
    }
    printf "],\"notes\":["
    for (i = 1; i <= notes; i++) printf "%s%s", (i > 1 ? "," : ""), quoted(note[i])
    print "]}"
}
