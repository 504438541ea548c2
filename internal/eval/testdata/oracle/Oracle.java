import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.minidev.json.JSONStyle;
import net.minidev.json.JSONValue;
import net.minidev.json.parser.JSONParser;
import org.apache.velocity.runtime.parser.node.SimpleNode;

/**
 * Answers cases, one JSON object a line: {template, body, params, context, stageVariables, profile} with {output} or
 * {error, message}. The error is "parse", "render", or "resource" if the case took too long or too much memory:
 * Velocity has no limits.
 */
public class Oracle {
    private static final long PATIENCE = 2000; // milliseconds for one case
    private static final int LONGEST = 4 << 20; // characters of output

    private final Reference aws = new Reference(true);

    public static void main(String[] args) throws Exception {
        Oracle oracle = new Oracle();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(JSONValue.toJSONString(oracle.patiently(line), JSONStyle.LT_COMPRESS));
        }
        System.exit(0);
    }

    /** A case in a thread of its own, which is left behind if it does not come back. */
    private Map<String, Object> patiently(String line) throws InterruptedException {
        Map<String, Object> answer = new LinkedHashMap<>();
        Thread thread = new Thread(null, () -> answer(line, answer), "case", 1 << 20);
        thread.setDaemon(true);
        thread.start();
        thread.join(PATIENCE);
        return thread.isAlive() ? error("resource", "it takes too long") : answer;
    }

    private static Map<String, Object> error(String kind, String message) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("error", kind);
        answer.put("message", message);
        return answer;
    }

    private void answer(String line, Map<String, Object> answer) {
        try {
            Map<String, Object> c = map(new JSONParser(JSONParser.MODE_JSON_SIMPLE).parse(line, JSONValue.defaultReader.DEFAULT_ORDERED));
            // Macros, and even their names, stay with an engine for good: where there may be some, it is a new one.
            boolean stock = "stock".equals(c.get("profile"));
            Reference engine = stock || line.contains("macro") ? new Reference(!stock) : aws;
            SimpleNode tree;
            try {
                tree = engine.parse((String) c.get("template"));
            } catch (Exception | Error e) { // the lexer throws an Error of its own
                answer.putAll(error("parse", text(e)));
                return;
            }
            answer.put("output", Reference.render(tree, engine.event((String) c.get("body"), Reference.params(map(c.get("params"))),
                    Reference.context(map(c.get("context"))), map(c.get("stageVariables"))), new Limited()));
        } catch (StackOverflowError | OutOfMemoryError | Limited.Full e) {
            answer.putAll(error("resource", e.toString()));
        } catch (Throwable e) {
            Throwable cause = e;
            while (cause.getCause() != null && cause.getCause() != cause) cause = cause.getCause();
            boolean resource = cause instanceof StackOverflowError || cause instanceof OutOfMemoryError || cause instanceof Limited.Full;
            answer.putAll(error(resource ? "resource" : "render", text(cause)));
        }
    }

    private static String text(Throwable e) {
        return (e.getClass().getSimpleName() + ": " + e.getMessage()).split("\n")[0];
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object o) {
        return o instanceof Map ? (Map<String, Object>) o : new LinkedHashMap<>();
    }

    /** An output that ends before memory does. */
    private static class Limited extends StringWriter {
        static class Full extends RuntimeException {}

        @Override public void write(String s) { room(s.length()); super.write(s); }
        @Override public void write(char[] s, int from, int n) { room(n); super.write(s, from, n); }
        @Override public void write(String s, int from, int n) { room(n); super.write(s, from, n); }

        private void room(int n) {
            if (getBuffer().length() + n > LONGEST) throw new Full();
        }
    }
}
