"""Turns a drawing or a photographed digit into the model input its dataset would hold."""
