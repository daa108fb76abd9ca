package io.sidetrack.ops;

import java.lang.reflect.Constructor;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes commands and their groups of options. Those whose constructor takes an {@link Environment} receive it. */
final class CommandFactory implements IFactory {
    private final Environment environment;

    CommandFactory(Environment environment) {
        this.environment = environment;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        for (Constructor<?> constructor : type.getConstructors()) {
            if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Environment.class) {
                return type.cast(constructor.newInstance(environment));
            }
        }
        return CommandLine.defaultFactory().create(type);
    }
}
