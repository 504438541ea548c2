import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.minidev.json.JSONObject;
import net.minidev.json.JSONStyle;
import net.minidev.json.JSONValue;
import net.minidev.json.parser.JSONParser;
import org.apache.velocity.runtime.parser.node.SimpleNode;

/**
 * Renders on command. Each line of standard input is a JSON object: {case: {template, body, context,
 * stageVariables}} makes a template ready and answers with the {output}; {milliseconds, batch} renders it for that
 * long, in batches of that many, and answers with the nanoseconds per rendering of each batch, {batches: […]}. Each
 * rendering has a new event: a new $input, whose body is read again, and new variables.
 */
public class Bench {
    private interface Rendering { String run() throws Exception; }

    public static void main(String[] args) throws Exception {
        Reference engine = new Reference(true);
        Rendering rendering = null;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Map<String, Object> command = map(new JSONParser(JSONParser.MODE_JSON_SIMPLE).parse(line, JSONValue.defaultReader.DEFAULT_ORDERED));
            JSONObject answer = new JSONObject();
            if (command.containsKey("case")) {
                rendering = prepare(engine, map(command.get("case")));
                answer.put("output", rendering.run());
            } else {
                answer.put("batches", measure(rendering, number(command, "milliseconds"), (int) number(command, "batch")));
            }
            out.println(answer.toJSONString(JSONStyle.LT_COMPRESS));
        }
    }

    private static Rendering prepare(Reference engine, Map<String, Object> c) throws Exception {
        SimpleNode tree = engine.parse((String) c.get("template"));
        String body = (String) c.get("body");
        Map<String, Object> params = new LinkedHashMap<>(), context = map(c.get("context")), stage = map(c.get("stageVariables"));
        return () -> Reference.render(tree, engine.event(body, params, context, stage), new StringWriter(512));
    }

    private static double[] measure(Rendering rendering, long milliseconds, int batch) throws Exception {
        double[] batches = new double[1 << 16];
        int n = 0;
        long length = 0;
        for (long end = System.nanoTime() + milliseconds * 1_000_000; n < batches.length; n++) {
            long start = System.nanoTime();
            if (start > end) break;
            for (int i = 0; i < batch; i++) length += rendering.run().length();
            batches[n] = (System.nanoTime() - start) / (double) batch;
        }
        if (length == 42) System.err.println(length); // the output is looked at: nothing can be left out
        return java.util.Arrays.copyOf(batches, n);
    }

    private static long number(Map<String, Object> command, String name) { return ((Number) command.get(name)).longValue(); }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object o) { return (Map<String, Object>) o; }
}
