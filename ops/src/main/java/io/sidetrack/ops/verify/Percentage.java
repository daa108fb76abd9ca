package io.sidetrack.ops.verify;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A percentage above 0, up to 100, with or without its sign. */
final class Percentage implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
        String number = text.strip();
        if (number.endsWith("%")) {
            number = number.substring(0, number.length() - 1).strip();
        }
        double percent;
        try {
            percent = Double.parseDouble(number);
        } catch (NumberFormatException e) {
            throw invalid(text);
        }
        if (!(percent > 0 && percent <= 100)) {
            throw invalid(text);
        }
        return percent;
    }

    private static TypeConversionException invalid(String text) {
        return new TypeConversionException("'" + text + "' is not valid; use a percentage above 0, up to 100");
    }
}
