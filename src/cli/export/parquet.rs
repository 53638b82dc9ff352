//! Rows of an export as a Parquet file: typed columns, Snappy, row groups of bounded size.
//!
//! Never holds more than one row group in memory.

use super::columns::{self, COLUMNS, Kind, Value};
use super::{ExportError, Pages};
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of one row group.
const GROUP: usize = 20_000;

fn failed(error: ParquetError) -> ExportError {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => ExportError::Io(*error),
            Err(other) => ExportError::Format(other.to_string()),
        },
        other => ExportError::Format(other.to_string()),
    }
}

fn schema() -> Result<Arc<Type>, ParquetError> {
    let mut fields = Vec::with_capacity(COLUMNS.len());
    for column in COLUMNS {
        let micros = LogicalType::Timestamp { is_adjusted_to_u_t_c: true, unit: TimeUnit::MICROS };
        let (physical, logical) = match column.kind {
            Kind::Integer => (Physical::INT64, None),
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Flag => (Physical::BOOLEAN, None),
            Kind::Time => (Physical::INT64, Some(micros)),
        };
        let field = Type::primitive_type_builder(column.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()?;
        fields.push(Arc::new(field));
    }
    Type::group_type_builder("offer").with_fields(fields).build().map(Arc::new)
}

/// Writes all pages; gives the number of rows.
pub fn write(mut pages: Pages<'_>, sink: impl Write + Send) -> Result<u64, ExportError> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let schema = schema().map_err(failed)?;
    let mut file = SerializedFileWriter::new(sink, schema, Arc::new(properties)).map_err(failed)?;
    let mut held: Vec<Vec<Value>> = Vec::new();
    let mut count = 0;
    loop {
        let page = pages.next_page()?;
        held.extend(page.iter().flat_map(columns::rows));
        if held.len() >= GROUP || (page.is_empty() && !held.is_empty()) {
            write_group(&mut file, &held).map_err(failed)?;
            count += held.len() as u64;
            held.clear();
        }
        if page.is_empty() {
            file.close().map_err(failed)?;
            return Ok(count);
        }
    }
}

fn write_group<W: Write + Send>(file: &mut SerializedFileWriter<W>, rows: &[Vec<Value>]) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    let mut index = 0;
    while let Some(mut column) = group.next_column()? {
        let values = rows.iter().filter_map(|row| row.get(index));
        match COLUMNS.get(index).map(|column| column.kind) {
            Some(Kind::Integer | Kind::Time) => write_column::<Int64Type>(&mut column, values, as_integer)?,
            Some(Kind::Number) => write_column::<DoubleType>(&mut column, values, as_number)?,
            Some(Kind::Flag) => write_column::<BoolType>(&mut column, values, as_flag)?,
            Some(Kind::Text) | None => write_column::<ByteArrayType>(&mut column, values, as_text)?,
        }
        column.close()?;
        index += 1;
    }
    group.close().map(|_| ())
}

fn write_column<'v, T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: impl Iterator<Item = &'v Value>,
    read: fn(&Value) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let mut levels: Vec<i16> = Vec::new();
    let mut present: Vec<T::T> = Vec::new();
    for value in values {
        let value = read(value);
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    column.typed::<T>().write_batch(&present, Some(&levels), None).map(|_| ())
}

fn as_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(value) => *value,
        Value::Time(value) => value.map(|at| at.as_microsecond()),
        _ => None,
    }
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(value) => *value,
        _ => None,
    }
}

fn as_flag(value: &Value) -> Option<bool> {
    match value {
        Value::Flag(value) => *value,
        _ => None,
    }
}

fn as_text(value: &Value) -> Option<ByteArray> {
    match value {
        Value::Text(value) => value.as_ref().map(|text| ByteArray::from(text.as_str())),
        _ => None,
    }
}
