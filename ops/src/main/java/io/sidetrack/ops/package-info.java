/** To be told. */
package io.sidetrack.ops;
