from studio.data.image_dataset import image_path


def test_images_are_in_a_folder_beside_a_label_list_or_in_an_archive(tmp_path):
    (tmp_path / "pets.zip").write_bytes(b"")
    assert image_path(tmp_path, "cat/1.png") == tmp_path / "cat" / "1.png"
    assert image_path(tmp_path / "labels.CSV", "cat/1.png") == tmp_path / "cat" / "1.png"
    assert image_path(tmp_path / "pets.zip", "cat/1.png") is None
